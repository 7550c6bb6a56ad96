"""One file per revision, in order. A revision that was published is never edited: it is followed by another one."""
