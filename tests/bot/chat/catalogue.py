"""The facts that come with osai, loaded once for all tests of the look-ups."""

from bot.chat.choices import Choices
from knowledge.facts import load_facts

FACTS = load_facts()
CHOICES = Choices(FACTS)
EVERY_KEY = sorted({*FACTS.licenses.listing, *(license_.key for license_ in FACTS.licenses.all())})
EVERY_LICENSE = [FACTS.licenses.get(key) for key in EVERY_KEY]
EVERY_MODEL = FACTS.models.all()
