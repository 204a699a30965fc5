"""Names for the people of an invented company, from many places; nobody in particular."""

_FIRST = (
    "Ada Adaeze Aiko Alejandra Amara Amina Anders Aneta Anjali Antoine Arash Ayse Beatriz Bilal "
    "Bogdan Camila Carlos Chiara Chidi Daichi Dalia Darko Deepika Diego Dmitri Ebele Edda Eitan "
    "Elena Emeka Emre Eszter Fatima Femi Finn Freya Gabriela Giulia Goran Grace Hana Hassan Hedda "
    "Hiroshi Ibrahim Ines Ingrid Isabela Ivan Jamal Jia Joao Johanna Jun Kalinda Karim Kasia Kenji "
    "Kofi Lakshmi Leila Linh Lucia Luka Mads Magda Malik Marisol Mateo Mei Mihai Minh Miriam Nadia "
    "Naledi Nikhil Noor Nora Oksana Olumide Omar Paola Pavel Priya Rafael Rania Ravi Rosa Ruth "
    "Sakura Samir Sanna Selim Sibusiso Sofia Soren Tadeusz Tamar Tariq Thandiwe Tomas Tove Uma "
    "Valentina Vikram Wanjiru Wei Xavier Yara Yusuf Zanele Zofia"
)
FIRST = tuple(_FIRST.split())

_LAST = (
    "Abara Adeyemi Ahlberg Akintola Alvarado Amsel Arslan Banerjee Barros Bekele Bergstrand "
    "Blaszczyk Boateng Caldera Castellan Chaudhry Chukwu Cordero Dabrowski Dalgaard Delacroix "
    "Demirci Dhillon Dlamini Drozd Ekström Escobedo Eze Falkner Farouk Ferrante Fjeld Fontana "
    "Fujimori Galanis Ghorbani Grimaldi Gupta Haddad Halvorsen Hamid Hashimoto Holmgren Horvat "
    "Ibarra Ivanova Iyer Jankovic Jimenez Kaminski Karimi Khumalo Kimura Kovac Kruse Lindqvist "
    "Lombardi Madaki Maduro Marchetti Mbeki Mehta Mendoza Mizrahi Moreau Mutua Nakagawa Navarro "
    "Ndiaye Nguyen Nilsen Novotny Obi Okafor Olsson Oyelaran Paszek Patel Pereira Petrov Popescu "
    "Quintero Rahman Rasmussen Reyes Rossi Saito Salazar Sandoval Santoro Sato Selassie Sharma "
    "Silva Sokolov Sundaram Szabo Takeda Tanaka Tesfaye Toth Tran Ueda Vasquez Venter Villalobos "
    "Wanjala Weisz Wojcik Yamada Yilmaz Zapata Zhang Ziegler Zulu"
)
LAST = tuple(_LAST.split())

_PROJECTS = (
    "Search Support Pricing Forecasting Onboarding Translation Invoices Research Mobile Analytics "
    "Moderation Reporting Billing Insights Documents Recruiting Logistics Catalogue Voice "
    "Prototypes"
)
PROJECTS = tuple(_PROJECTS.split())
