"""The commands and events of the bot, one file a subject. They parse, call and send; they decide nothing."""
