"""What somebody may write, to end up elsewhere than in the text that it is."""

HOSTILE = [
    "</script><script>alert(1)</script>",
    "]]></content></entry></feed><![CDATA[",
    "<!-- & &amp; &#0; &nbsp; -->",
    '"><img src=x onerror=alert(1)>',
    "bell\x07 escape\x1b vertical\x0b end\ufffe\uffff",
    "lone \x85 and far \U0010ffff 🏁 مرحبا",
]
