"""The live desk: a page of the admin on which editors post to one live blog, over a feed of all that is in it."""
