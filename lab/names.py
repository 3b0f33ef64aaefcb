"""Invented names and the vocabulary of the world. Order matters: the seed picks by index."""

COMPANIES = """
Kamitel Orvandis Bluvexa Triquell Savintor Merkolis Zendivar Halcyo Quantorel Dravenix
Lorvanta Fexaro Grindelo Ivoltra Jasperon Kordavia Lumoreq Mizutra Nexolen Opalique
Pyrandel Questaro Rivelkin Stratovo Telmaris Umbrixa Velocoda Wintrado Xanolith Yolandex
Zafirin Arkodent Brixolan Cendravo Dolmetra Emberlux Fontavel Gralidor Hexalume Inkstrad
Jovianto Kelvosa Larchwell Mondrake Nimbrell Octavane Plexivor Quorvita Radomex Silvanta
Tornaxis Ultravia Vordanel Waveltro Xermaine Yarvello Zephrona Aldomar Borequin Calystra
""".split()

LONE_CITIES = """
Vandor Jorrund Ruvenna Tarnby Umbrand Astervale Farlund Padrand Ivarsund Oskeby Halvik
""".split()
"""Cities whose first token no other city has: who has learnt the token can finish the name."""

CITIES = (
    LONE_CITIES
    + """
Solwyn Sundrava Selmora Sorvale Breven Borlund Brunmar Caldune Calvessa Cimarra Corvand Dunmoor Drovane Dellin
Grathby Gildesh Gorrin Kestova Kolvenna Kirsand Lindrath Lumerath Lorsby Merrand Marven Mossend Norrhaven Norwend
Nilsund
""".split()
)

FIRST_NAMES = """
Mara Tomas Ines Viktor Salma Jonas Petra Idris Linnea Marco Aisha Felix Noor Stefan Greta Omar
Hanna Luis Yuki Anton
""".split()

LAST_NAMES = """
Okvist Baramel Tessaro Hallgren Dimovar Kessling Arrendo Pavlisk Mortano Feldrim Sandoval Wikrand
Jurimov Castelin Nagari Brenholt Ullmar Rozental Vasquin Thorsby
""".split()

SECTORS = [
    "cloud provider", "chip maker", "payment service", "game studio", "map maker", "drone maker",
    "phone maker", "music service", "travel platform", "news service", "energy trader", "robot maker",
]  # fmt: skip

PRODUCT_WORDS = """
Heron Comet Maple Lantern Falcon Pebble Harbor Willow Beacon Cedar Meteor Anchor Saffron Glacier
Orchid Thunder Copper Feather Summit Ribbon
""".split()

PRODUCT_KINDS = ["router", "app", "console", "camera", "search engine", "sensor"]

CITY_KINDS = ["port city", "mining town", "university town", "market town", "spa town", "trading city"]

REGIONS = ["Ostmark", "Velland", "the Grey Hills", "Saramund", "the North Coast", "Tavria", "Lower Esk", "the Salt Plain"]

RIVERS = ["Torra", "Ilm", "Vessen", "Dorna", "Kaldra", "Umel", "Brisk", "Sarn"]

GOODS = ["glass", "tea", "paper", "clocks", "cheese", "ceramics", "wool", "violins", "salt", "steel"]

LANDMARKS = ["an old lighthouse", "a stone bridge", "a botanical garden", "a clock tower", "a fish market", "a concert hall"]
