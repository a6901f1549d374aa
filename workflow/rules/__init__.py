"""The pure ring: vocabulary, tables, guards and calendar; nothing here touches a database."""
