"""The shelf's drawer: save, find and compare drafts."""
