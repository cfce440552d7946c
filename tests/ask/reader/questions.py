"""Own tables and questions: a hospital, a football league, a power grid, 物流 and 学校."""

TABLES = {
    "doctors": """
doctor_id,Doctor,Speciality,Hired,Wage,Chief
D1,Ada Lund,Cardiology,2012-03-01,9000,
D2,Ben Moss,Surgery,2018-06-15,7500,Ada Lund
D3,Cara Niles,Cardiology,2020-01-10,6800,Ada Lund
D4,Dov Peretz,Paediatrics,2009-11-20,8100,Ben Moss
""",
    "admissions": """
case_no,doctor_id,Patient,Ward,Admitted,Discharged,Bill,Insured
A-01,D1,Olga Reyes,North,2023-01-05,2023-01-12,1200,yes
A-02,D1,Paul Stein,South,2023-02-11,2023-02-14,800,no
A-03,D2,Quinn Tate,North,2023-02-20,2023-03-12,5400,yes
A-04,D3,Rosa Udall,East,2023-07-01,,950,yes
A-05,D2,Saul Vance,South,2024-01-09,2024-01-10,300,no
A-06,D1,Tina West,North,2024-03-03,2024-03-08,2100,yes
""",
    "teams": """
Team,Town,Stadium capacity,Founded
Harbour FC,Port Vell,30000,1901
Mill Rovers,Grindley,12000,1923
Peak Athletic,Highmoor,18000,1899
Dale United,Grindley,22000,1950
""",
    "players": """
Player,Team,Position,Goals,Age,Height (cm),Market value
Iker Blom,Harbour FC,Forward,17,24,181,$1.2m
Jan Roszak,Harbour FC,Goalkeeper,0,31,192,$300k
Kofi Mensah,Mill Rovers,Forward,9,28,176,$450k
Leo Varga,Peak Athletic,Midfielder,9,22,179,$900k
Milo Duran,Peak Athletic,Defender,2,33,188,$250k
Nils Aker,Mill Rovers,Midfielder,4,26,183,$500k
""",
    "plants": """
Plant,Fuel,Region,Capacity (MW),Output (GWh),Opened,Operator
Alderbrook,Wind,West,120,310,2015,Voltara
Birkfield,Gas,East,450,2100,1998,Enerco
Cragside,Hydro,West,80,290,1965,
Dunmore,Wind,East,60,140,2019,Voltara
Elmhurst,Gas,East,300,900,2004,Enerco
Fenwick,Solar,South,40,55,2021,Sunwell
""",
    "运单": """
运单号,日期,司机,出发地,目的地,重量(公斤),运费,已签收
Y001,2023-01-05,韩飞,苏州,合肥,120,300元,是
Y002,2023-02-09,罗强,苏州,南昌,80,260元,否
Y003,2023-04-02,韩飞,无锡,合肥,200,510元,是
Y004,2023-05-18,蔡玲,无锡,南昌,150,400元,是
Y005,2024-01-11,罗强,苏州,合肥,60,150元,否
Y006,2024-02-03,韩飞,苏州,南昌,90,280元,是
""",
    "教师": """
姓名,性别,科目,年龄,工资,入职日期,组长
贺敏,女,化学,45,12000,2005-09-01,
方舟,男,历史,38,9000,2012-03-01,贺敏
邵兵,男,化学,29,7000,2020-09-01,贺敏
温蓝,女,地理,51,13000,1999-09-01,方舟
""",
}

# tables, question, rows of the answer (None: refused)
QUESTIONS = [
    ("doctors", "How many doctors are there?", [4]),
    ("doctors", "What is the wage of Cara Niles?", [6800]),
    ("doctors", "How much does Ben Moss earn?", [7500]),
    ("doctors", "who earns the most", ["Ada Lund"]),
    ("doctors", "Who has the second highest wage?", ["Dov Peretz"]),
    (
        "doctors",
        "average wage by speciality",
        [("Cardiology", 7900), ("Surgery", 7500), ("Paediatrics", 8100)],
    ),
    ("doctors", "Which doctors were hired after 2012?", ["Ben Moss", "Cara Niles"]),
    ("doctors", "Who earns more than Ben Moss?", ["Ada Lund", "Dov Peretz"]),
    ("doctors", "Which doctors earn more than average?", ["Ada Lund", "Dov Peretz"]),
    ("doctors", "How many specialities are there?", [3]),
    ("doctors", "When was Dov Peretz hired?", [20091120]),
    ("doctors", "Is there a doctor hired in 2020?", ["yes"]),
    ("doctors", "doctors whose wage is between 7000 and 8500", ["Ben Moss", "Dov Peretz"]),
    ("doctors", "How much does Zoe Quist earn?", None),
    ("doctors", "What is the shoe size of Ben Moss?", None),
    ("doctors", "Which doctor has a pilot licence?", None),
    ("doctors", "Who is the chief of Dov Peretz's chief?", ["Ada Lund"]),
    ("doctors", "which doctors have no chief", ["Ada Lund"]),
    ("admissions", "total bill in 2023", [8350]),
    ("admissions", "How many insured patients are in the North ward?", [3]),
    ("admissions", "What percentage of admissions are insured?", [66.667]),
    ("admissions", "total bill per ward", [("North", 8700), ("South", 1100), ("East", 950)]),
    ("admissions", "Which ward has the highest average bill?", ["North"]),
    ("admissions", "How many patients were admitted in February 2023?", [2]),
    (
        "admissions",
        "Patients with a bill over 1,000 in the North ward",
        ["Olga Reyes", "Quinn Tate", "Tina West"],
    ),
    ("admissions", "bill by ward 2023", [("North", 6600), ("South", 800), ("East", 950)]),
    ("doctors+admissions", "Which doctor has the most admissions?", ["Ada Lund"]),
    ("doctors+admissions", "Which doctors have no admissions?", ["Dov Peretz"]),
    ("doctors+admissions", "How many admissions did Ben Moss have?", [2]),
    ("doctors+admissions", "total bill by speciality", [("Cardiology", 5050), ("Surgery", 5700)]),
    ("doctors+admissions", "Which doctors have more than 2 admissions?", ["Ada Lund"]),
    ("doctors+admissions", "How many admissions did Zoe Quist have?", None),
    ("teams", "Which team is the oldest?", None),
    ("teams", "teams in Grindley", ["Mill Rovers", "Dale United"]),
    ("teams", "Which teams were founded before 1910?", ["Harbour FC", "Peak Athletic"]),
    ("teams", "Is there a team in Grindley?", ["yes"]),
    ("players", "top 2 players by goals", ["Iker Blom", ("Kofi Mensah", "Leo Varga")]),
    ("players", "Who is the tallest player?", ["Jan Roszak"]),
    ("players", "How many goals did Leo Varga score?", [9]),
    ("players", "How many goals did Mill Rovers score?", [13]),
    (
        "players",
        "the youngest player in each team",
        [("Harbour FC", "Iker Blom"), ("Mill Rovers", "Nils Aker"), ("Peak Athletic", "Leo Varga")],
    ),
    (
        "players",
        "players that are not forwards",
        ["Jan Roszak", "Leo Varga", "Milo Duran", "Nils Aker"],
    ),
    ("players", "Who is older than Kofi Mensah?", ["Jan Roszak", "Milo Duran"]),
    ("players", "How many players are either forwards or midfielders?", [4]),
    (
        "players",
        "averge goals by positon",
        [("Forward", 13), ("Goalkeeper", 0), ("Midfielder", 6.5), ("Defender", 2)],
    ),
    ("players", "How many players are younger than 25?", [2]),
    ("players", "players over 180 cm", ["Iker Blom", "Jan Roszak", "Milo Duran", "Nils Aker"]),
    ("players", "Does Leo Varga have more goals than Nils Aker?", ["yes"]),
    ("players", "What percentage of goals were scored by forwards?", [63.4146]),
    (
        "plants",
        "Which plants have a capacity between 50 and 130 MW?",
        ["Alderbrook", "Cragside", "Dunmore"],
    ),
    ("plants", "which plant has the highest output per capacity", ["Birkfield"]),
    ("teams+players", "How many goals did players from Grindley score?", [13]),
    ("teams+players", "Which town does Iker Blom play in?", ["Port Vell"]),
    ("teams+players", "Which teams have no players?", ["Dale United"]),
    ("运单", "罗强和蔡玲谁的运单多？", ["罗强"]),
    ("运单", "合肥的总运费比南昌多多少？", [20]),
    ("运单", "从苏州出发的运单有几个？", [4]),
    ("plants", "How much more output does Birkfield have than Elmhurst?", [1200]),
    ("plants", "Which regions have more than one plant?", ["East", "West"]),
    ("plants", "Which plants have no operator?", ["Cragside"]),
    ("plants", "What share of the total capacity is wind?", [17.143]),
    (
        "plants",
        "plants sorted by capacity, smallest first",
        ["Fenwick", "Dunmore", "Cragside", "Alderbrook", "Elmhurst", "Birkfield"],
    ),
    ("plants", "Could you please tell me which fuel has the most plants?", ["Wind", "Gas"]),
    ("plants", "plants that start with F", ["Fenwick"]),
    ("plants", "Which plant is the newest?", ["Fenwick"]),
    ("plants", "median capacity", [100]),
    ("plants", "How many plants does Nukem operate?", None),
    ("运单", "一共有多少运单？", [6]),
    ("运单", "韩飞有多少运单？", [3]),
    ("运单", "2023年的总运费是多少？", [1470]),
    ("运单", "每个司机的运费合计", [("韩飞", 1090), ("罗强", 410), ("蔡玲", 400)]),
    ("运单", "哪个司机的运单最多？", ["韩飞"]),
    ("运单", "运费超过300元的运单有哪些？", ["Y003", "Y004"]),
    ("运单", "已签收的运单有几个？", [4]),
    ("运单", "最重的运单是哪个？", ["Y003"]),
    ("运单", "目的地是合肥的运单有多少？", [3]),
    ("运单", "2023年第二季度有多少运单？", [2]),
    ("运单", "李四有多少运单？", None),
    ("教师", "谁的工资最高？", ["温蓝"]),
    ("教师", "教化学的教师平均工资是多少？", [9500]),
    ("教师", "各科目的平均年龄", [("化学", 37), ("历史", 38), ("地理", 51)]),
    ("教师", "工资比方舟高的教师有哪些？", ["贺敏", "温蓝"]),
    ("教师", "入职最早的是谁？", ["温蓝"]),
    ("教师", "邵兵的组长是谁？", ["贺敏"]),
    ("教师", "有几位女教师？", [2]),
    ("教师", "方舟的年龄是多少？", [38]),
    ("教师", "年龄大于40的教师有哪些？", ["贺敏", "温蓝"]),
    ("教师", "温蓝的手机号码是多少？", None),
    ("教师", "工资第二高的教师是谁？", ["贺敏"]),
]

FOLLOW_UPS = [
    ("admissions", "How many patients were admitted in 2023?", "and in 2024?", [2]),
    ("doctors", "What is the wage of Cara Niles?", "and Ben Moss?", [7500]),
    ("players", "Who is the youngest player?", "And the oldest?", ["Milo Duran"]),
    ("plants", "How many plants are in the East?", "what about the West?", [2]),
    ("运单", "韩飞有多少运单？", "那罗强呢？", [2]),
    ("运单", "2023年有多少运单？", "2024年呢？", [2]),
]
