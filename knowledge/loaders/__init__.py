"""Readers of texts: articles, license texts, a person's own documents. Each gives documents or an error."""
