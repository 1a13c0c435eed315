"""Both stages in memory: history judged again, and rules tested, with no broker and no clock but the events' own."""
