"""Plausible names by nationality for the demonstration: common given and family names, nobody's in particular.

Compiled by us from general knowledge of naming in these countries. Nationalities whose people mostly
write Arabic carry Arabic spellings beside the Latin ones.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """Names of one nationality: men's, women's and family names, as (Latin, Arabic or "")."""

    men: tuple[tuple[str, str], ...]
    women: tuple[tuple[str, str], ...]
    families: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    places: tuple[str, ...]
    airport: str


def _latin(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "") for name in text.split())


def _both(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (latin.replace("_", " "), arabic.replace("_", " "))
        for latin, arabic in (pair.split("=") for pair in text.split())
    )


_SAHEL_MEN = "Ibrahim Moussa Amadou Ousmane Abdoulaye Mamadou Issa Adamou Boubacar Idrissa Harouna Ali Yacouba"
_SAHEL_WOMEN = "Aïcha Mariama Fatima Hadiza Ramatou Zeinabou Salamatou Halima Aminata Rakia Nafissa"
_MANDE_MEN = "Lamin Ousman Ebrima Modou Alieu Sékou Mamadou Ibrahima Alpha Thierno Bakary Demba Musa Saikou Abdoulie"
_MANDE_WOMEN = "Fatou Awa Isatou Mariama Kadiatou Aissatou Binta Hawa Ndeye Adama Jainaba Mame"
_ARAB_MEN = (
    "Ahmed=أحمد Mohamed=محمد Mahmoud=محمود Mostafa=مصطفى Khaled=خالد Hassan=حسن Ali=علي Omar=عمر Yousif=يوسف "
    "Ibrahim=إبراهيم Osman=عثمان Adam=آدم Abdallah=عبدالله Idris=إدريس Salah=صلاح Tarek=طارق"
)
_ARAB_WOMEN = (
    "Fatima=فاطمة Amina=آمنة Mariam=مريم Zeinab=زينب Huda=هدى Salma=سلمى Nour=نور Khadija=خديجة Asma=أسماء Rania=رانيا"
)

NAMING: dict[str, Naming] = {
    "NGA": Naming(
        _latin(
            "Chukwuemeka Emeka Tunde Segun Osaze Efosa Ikenna Kelvin Sunday Monday Friday Musa Sani Bashir Nosa Lucky"
        ),
        _latin("Blessing Joy Faith Grace Precious Loveth Osasu Amina Ngozi Chioma Favour Mercy Patience"),
        _latin(
            "Okafor Osagie Igbinedion Adeyemi Okonkwo Eze Bello Abubakar Omoruyi Ogbebor Balogun Nwosu Uwaifo Edosa"
        ),
        ("eng", "pcm"),
        ("Benin City", "Lagos", "Kano", "Owerri", "Warri", "Sapele"),
        "LOS",
    ),
    "MLI": Naming(
        _latin("Ibrahim Modibo Amadou Seydou Bakary Adama Drissa Oumar Sidiki Mamadou Cheick Lassana Boubou"),
        _latin("Fatoumata Aminata Oumou Djeneba Kadidia Assétou Ramata Mariam Niagalé"),
        _latin("Keita Traoré Coulibaly Diarra Konaté Sidibé Sangaré Dembélé Touré Doumbia Cissé Maïga"),
        ("fra", "bam"),
        ("Kayes", "Bamako", "Gao", "Sikasso", "Ségou", "Mopti"),
        "BKO",
    ),
    "NER": Naming(
        _latin(_SAHEL_MEN),
        _latin(_SAHEL_WOMEN),
        _latin("Issoufou Mahamadou Garba Hamidou Sani Oumarou Abdou Seyni Mahaman Maman Tahirou Illiassou Zakari"),
        ("fra", "hau"),
        ("Zinder", "Agadez", "Niamey", "Tahoua", "Maradi", "Dosso"),
        "NIM",
    ),
    "GIN": Naming(
        _latin(_MANDE_MEN),
        _latin(_MANDE_WOMEN),
        _latin("Diallo Bah Barry Sow Camara Condé Sylla Bangoura Soumah Kaba Touré Keita Baldé"),
        ("fra", "ful"),
        ("Conakry", "Kankan", "Labé", "Mamou", "Kindia", "Nzérékoré"),
        "CKY",
    ),
    "GMB": Naming(
        _latin(_MANDE_MEN),
        _latin(_MANDE_WOMEN),
        _latin("Jallow Ceesay Touray Jobe Sanneh Camara Sowe Bojang Darboe Njie Fatty Drammeh Conteh"),
        ("eng", "mnk"),
        ("Serekunda", "Brikama", "Basse", "Farafenni", "Banjul", "Soma"),
        "BJL",
    ),
    "SEN": Naming(
        _latin(_MANDE_MEN),
        _latin(_MANDE_WOMEN),
        _latin("Diop Ndiaye Fall Sarr Ba Faye Gueye Sy Diouf Mbaye Seck Cissé Thiam"),
        ("fra", "wol"),
        ("Kolda", "Tambacounda", "Dakar", "Ziguinchor", "Kaolack", "Saint-Louis"),
        "DSS",
    ),
    "GHA": Naming(
        _latin("Kwame Kofi Kwabena Kojo Yaw Emmanuel Isaac Abdul Fuseini Prince Daniel Richard Salifu"),
        _latin("Akosua Abena Ama Esther Comfort Mary Rahma Adwoa Gifty"),
        _latin("Mensah Owusu Boateng Asante Osei Agyemang Appiah Mohammed Issah Yeboah Addo"),
        ("eng", "aka"),
        ("Kumasi", "Techiman", "Accra", "Tamale", "Sunyani"),
        "ACC",
    ),
    "CIV": Naming(
        _latin("Koffi Yao Konan Kouassi Aboubacar Lassina Souleymane Adama Jean Siaka Issouf Moussa"),
        _latin("Aya Affoué Mariam Fanta Awa Adjoua Aminata Salimata"),
        _latin("Koné Ouattara Traoré Kouadio Diabaté Bamba Coulibaly Touré Kouamé Soro"),
        ("fra", "dyu"),
        ("Daloa", "Abidjan", "Bouaké", "Korhogo", "Man"),
        "ABJ",
    ),
    "BFA": Naming(
        _latin("Issa Boukary Salif Adama Hamidou Moumouni Rasmané Ousséni Idrissa Lassané"),
        _latin("Mariam Salimata Awa Fatimata Alimata Rasmata"),
        _latin("Ouédraogo Sawadogo Kaboré Zongo Compaoré Nikiéma Bance Zampaligré"),
        ("fra", "mos"),
        ("Tenkodogo", "Béguédo", "Ouagadougou", "Bobo-Dioulasso"),
        "OUA",
    ),
    "CMR": Naming(
        _latin("Jean Pierre Alain Serge Hervé Ousmanou Bertrand Junior Ulrich Achille"),
        _latin("Marie Solange Aïssatou Clarisse Nadège Estelle Carine"),
        _latin("Mbarga Nkoulou Fotso Tchoupo Ngono Kamga Abena Etoundi Njoya"),
        ("fra", "eng"),
        ("Douala", "Yaoundé", "Bafoussam", "Bamenda"),
        "DLA",
    ),
    "SLE": Naming(
        _latin("Sheku Ibrahim Mohamed Alusine Foday Abu Santigie Osman Lamin"),
        _latin("Fatmata Mariatu Isatu Kadiatu Hawa Adama"),
        _latin("Kamara Sesay Bangura Conteh Koroma Turay Mansaray Kargbo"),
        ("eng", "kri"),
        ("Freetown", "Makeni", "Bo", "Kenema"),
        "FNA",
    ),
    "BGD": Naming(
        _latin("Abdul Rahim Karim Sohel Rubel Jamal Kamal Shahin Masud Mizanur Faruk Ripon Sumon Nazrul"),
        _latin("Fatema Ayesha Rokeya Shirin Nasima"),
        _latin("Hossain Islam Rahman Uddin Ahmed Khan Miah Sarkar Mollah Sikder Howlader"),
        ("ben",),
        ("Madaripur", "Shariatpur", "Sylhet", "Cumilla", "Dhaka", "Faridpur"),
        "DAC",
    ),
    "EGY": Naming(
        _both(_ARAB_MEN),
        _both(_ARAB_WOMEN),
        _both("Abdelrahman=عبدالرحمن El_Sayed=السيد Shehata=شحاتة Hegazy=حجازي Fathy=فتحي Ramadan=رمضان Gaber=جابر"),
        ("ara",),
        ("Minya", "Assiut", "Beheira", "Fayoum", "Sohag", "Menoufia"),
        "CAI",
    ),
    "SDN": Naming(
        _both(_ARAB_MEN),
        _both(_ARAB_WOMEN),
        _both("Abdelkarim=عبدالكريم Bashir=بشير Eltayeb=الطيب Hamid=حامد Ismail=إسماعيل Yagoub=يعقوب Haroun=هارون"),
        ("ara",),
        ("El Geneina", "El Fasher", "Nyala", "Khartoum", "Kassala", "Zalingei"),
        "KRT",
    ),
    "TCD": Naming(
        _both(_ARAB_MEN),
        _both(_ARAB_WOMEN),
        _both("Mahamat=محمد Abakar=أبكر Haroun=هارون Saleh=صالح Brahim=إبراهيم Oumar=عمر Hissein=حسين Djibrine=جبريل"),
        ("ara", "fra"),
        ("Abéché", "N'Djamena", "Moussoro", "Mao", "Biltine", "Faya"),
        "NDJ",
    ),
    "SOM": Naming(
        _both("Abdi=عبدي Mohamed=محمد Hassan=حسن Ahmed=أحمد Yusuf=يوسف Ali=علي Nur=نور Farah=فارح Warsame=ورسمي"),
        _both("Hodan=هودن Fadumo=فاطمة Asha=عائشة Halimo=حليمة Ifrah=إفراح Sahra=زهرة Hawo=حواء"),
        _both("Abdullahi=عبدالله Mohamud=محمود Hussein=حسين Aden=آدن Omar=عمر Isse=عيسى Jama=جامع"),
        ("som",),
        ("Mogadishu", "Baidoa", "Kismayo", "Beledweyne"),
        "MGQ",
    ),
    "SYR": Naming(
        _both(_ARAB_MEN),
        _both(_ARAB_WOMEN),
        _both("Alhamad=الحمد Hariri=الحريري Khatib=الخطيب Masri=المصري Darwish=درويش Haddad=حداد Shami=الشامي"),
        ("ara",),
        ("Daraa", "Homs", "Aleppo", "Damascus", "Idlib"),
        "DAM",
    ),
    "ERI": Naming(
        _latin("Tesfay Yonas Filmon Samuel Abel Merhawi Kidane Daniel Robel"),
        _latin("Selam Rahwa Saba Helen Feven Luam"),
        _latin("Ghebremedhin Tekle Haile Berhane Weldu Kiflom Asmelash"),
        ("tir",),
        ("Asmara", "Keren", "Mendefera", "Dekemhare"),
        "ASM",
    ),
}
