-- The library: documents, their passages, what those are about, and the vectors of passages and single statements.

begin immediate;
create table if not exists documents (
    id text primary key, kind text not null, title text not null, url text not null, subjects text not null,
    date text not null, hash text not null, embedder text not null, chunker text not null,
    statements text not null -- last, so that a look at the other columns does not read through it
);
create table if not exists passages (
    id text primary key, document text not null references documents(id) on delete cascade, position integer not null,
    section text not null, statements text not null, vector blob not null
);
create index if not exists passages_of_document on passages(document, position);
create table if not exists subjects (
    subject text not null, passage text not null references passages(id) on delete cascade,
    primary key (subject, passage)
) without rowid;
create index if not exists subjects_of_passage on subjects(passage);
create table if not exists statements (
    hash text not null, document text not null references documents(id) on delete cascade, vector blob not null,
    primary key (hash, document)
) without rowid;
create index if not exists statements_of_document on statements(document);
create table if not exists meta (key text primary key, value text not null) without rowid;
insert or ignore into meta values ('generation', '0');
pragma user_version = 1;
commit;
