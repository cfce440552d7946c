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
    "bookings": """
Booking,Guest,Room,Check-in,Check-out,Nights,Adults,Price per night,Breakfast,Channel,Country
B100,Nora Falk,101,2023-03-02,2023-03-05,3,2,€90,yes,Website,Norway
B101,Omar Said,204,2023-03-10,2023-03-11,1,1,€120,no,Phone,Egypt
B102,Pia Lund,305,2023-05-01,2023-05-08,7,2,€200,yes,Agency,Denmark
B103,Quentin Roy,101,2023-05-20,2023-05-22,2,1,€90,no,Website,France
B104,Rita Sousa,204,2023-08-11,2023-08-15,4,3,€130,yes,Agency,Portugal
B105,Nora Falk,305,2023-12-23,2023-12-27,4,2,€240,yes,Website,Norway
B106,Sven Aho,101,2024-01-04,2024-01-05,1,1,€80,no,Phone,Finland
B107,Tara Bose,204,2024-02-14,2024-02-16,2,2,€125,yes,Website,India
B108,Pia Lund,102,2024-03-01,2024-03-04,3,1,€95,no,Agency,Denmark
B109,Ugo Neri,305,2024-03-15,,5,2,€210,yes,Phone,Italy
B110,Omar Said,102,2024-06-07,2024-06-09,2,1,€95,yes,Website,Egypt
B111,Rita Sousa,101,2024-07-19,2024-07-26,7,2,€110,no,Agency,Portugal
""",
    "rooms": """
Room,Type,Floor,Beds,Sea view
101,Standard,1,1,no
102,Standard,1,2,no
204,Superior,2,2,yes
305,Suite,3,2,yes
306,Suite,3,3,yes
""",
    "garden": """
plant,family,height_cm,spacing_cm,sun,planted,harvested,yield_kg,price_per_kg,bed
Tomato,Nightshade,150,50,full,2023-05-10,2023-08-20,12.5,3.20,A
Basil,Mint,40,20,full,2023-05-15,2023-07-01,1.2,18.00,A
Kale,Brassica,70,45,partial,2023-04-02,2023-09-30,8.0,2.50,B
Rhubarb,Knotweed,90,100,partial,2022-03-20,2023-05-05,6.4,4.10,C
Mint,Mint,45,30,shade,2022-04-11,,,15.00,C
Courgette,Gourd,60,90,full,2023-05-28,2023-07-15,15.8,1.80,B
Pumpkin,Gourd,50,150,full,2023-05-30,2023-10-12,22.0,1.20,D
Lettuce,Daisy,25,25,partial,2023-04-15,2023-06-10,4.3,2.90,A
Potato,Nightshade,60,35,full,2023-03-25,2023-08-01,30.5,1.10,D
Sorrel,Knotweed,45,30,shade,2023-04-20,,,9.50,C
""",
    "orders": """
order_no,customer_id,sku,quantity,unit_price,ordered_on,shipped_on,status,warehouse
5001,C1,00012,10,4.50,2023-01-15,2023-01-18,delivered,Leeds
5002,C2,00047,2,120.00,2023-02-03,2023-02-04,delivered,Bristol
5003,C1,00012,25,4.20,2023-04-22,2023-04-25,delivered,Leeds
5004,C3,00101,5,33.00,2023-06-30,2023-07-08,returned,Leeds
5005,C2,00101,1,35.00,2023-09-11,2023-09-12,delivered,Glasgow
5006,C4,00047,3,118.00,2023-11-02,2023-11-09,delivered,Bristol
5007,C3,00012,40,4.00,2024-01-09,2024-01-11,delivered,Leeds
5008,C1,00203,7,19.90,2024-02-20,,cancelled,Glasgow
5009,C4,00101,4,34.00,2024-03-05,2024-03-06,delivered,Bristol
5010,C2,00203,12,19.00,2024-04-18,,pending,Leeds
""",
    "items": """
sku,item,category,weight_kg,stock,reorder_point
00012,Hinge,Hardware,0.2,340,100
00047,Oak door,Doors,24,6,10
00101,Desk lamp,Lighting,1.8,55,20
00203,Shelf kit,Storage,7.5,18,25
00310,Door bell,Hardware,0.4,0,15
""",
    "films": """
title,director,genre,released,runtime_min,budget_musd,gross_musd,rating,country
Salt Road,Ines Vidal,Drama,2015-03-20,118,12,45.5,7.8,Spain
Night Ferry,Tom Okoro,Thriller,2017-10-06,102,25,88.1,7.1,UK
Paper Moons,Ines Vidal,Comedy,2019-06-14,95,8,19.2,6.4,Spain
The Deep Quarry,Lars Holm,Thriller,2020-02-28,131,40,35.0,6.9,Sweden
Blue Harvest,Mei Tan,Drama,2021-11-19,125,15,60.3,8.2,Singapore
Last Tram,Tom Okoro,Comedy,2022-07-01,99,10,10.9,5.8,UK
Ember,Mei Tan,Animation,2023-12-08,88,55,210.7,8.0,Singapore
Glass Coast,Lars Holm,Drama,2023-04-21,140,22,,7.4,Sweden
""",
    "members": """
member_no,name,gender,born,joined,plan,monthly_fee,active,trainer
M01,Alan Grey,male,1985-04-02,2021-01-10,Gold,59,yes,Vera
M02,Bea Horn,female,1992-11-23,2022-06-01,Silver,39,yes,Wes
M03,Carl Ito,male,1978-01-15,2020-03-18,Gold,59,no,Vera
M04,Dina Katz,female,2001-07-30,2023-02-05,Basic,25,yes,
M05,Emil Lowe,male,1999-09-09,2023-09-12,Silver,39,yes,Wes
M06,Faye Moon,female,1988-12-01,2019-05-27,Gold,59,yes,Yuri
M07,Gus Nash,male,1966-06-06,2024-01-03,Basic,25,no,
""",
    "visits": """
visit,member_no,date,class,minutes,calories
1,M01,2024-01-05,Spin,45,420
2,M02,2024-01-05,Yoga,60,210
3,M01,2024-01-12,Spin,45,440
4,M05,2024-01-13,Boxing,50,510
5,M06,2024-01-20,Yoga,60,200
6,M02,2024-02-02,Spin,40,380
7,M01,2024-02-09,Boxing,50,530
8,M06,2024-02-17,Yoga,60,190
9,M03,2024-02-18,Spin,45,400
10,M05,2024-02-24,Boxing,55,560
11,M04,2024-03-01,Yoga,60,220
12,M01,2024-03-08,Spin,50,470
""",
    "rides": """
ride,start_station,end_station,start_time,end_time,bike,user_type,distance_km
R1,Park,Market,08:05,08:21,B7,member,3.2
R2,Market,Museum,09:10,09:18,B2,casual,1.5
R3,Park,Museum,12:40,13:25,B7,casual,7.9
R4,Station,Park,17:30,17:52,B4,member,4.4
R5,Museum,Park,18:15,18:33,B2,member,3.0
R6,Market,Station,22:50,23:20,B4,casual,6.1
R7,Station,Market,07:45,07:58,B9,member,2.7
""",
    "donations": """
id,donor,campaign,amount,date,method,gift_aid
1,Hana Cole,Clean Water,50,2022-11-03,card,Y
2,Ivo Dunn,Clean Water,200,2022-12-18,transfer,N
3,Jade Frost,New Roof,75,2023-01-22,card,Y
4,Hana Cole,New Roof,120,2023-03-15,card,Y
5,Kurt Gale,Food Bank,30,2023-03-16,cash,N
6,Ivo Dunn,Food Bank,500,2023-07-04,transfer,Y
7,Lena Hart,Clean Water,80,2023-10-30,card,N
8,Jade Frost,Food Bank,60,2024-01-11,cash,Y
9,Hana Cole,Food Bank,45,2024-02-14,card,N
10,Ivo Dunn,New Roof,300,2024-02-20,transfer,Y
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
    "民宿": """
编号,名称,所属区县,类型,年收入（万元）,成本（万元）,房间数量,口碑排名,开业年份,入住率,清洁时长（秒）
M01,云上小筑,安吉,山景,120,80,12,3,2015,0.82,5400
M02,竹海人家,安吉,山景,90,30,8,1,2018,0.64,3600
M03,临湖客栈,德清,湖景,200,150,20,12,2012,0.71,7200
M04,老街驿,德清,古镇,60,45,6,20,2020,0.45,2700
M05,松风阁,长兴,山景,150,60,15,8,2016,0.9,6000
M06,水岸居,南浔,湖景,80,70,9,15,2021,0.55,4500
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
    # verbs that only join, and deeds that need a doer
    ("bookings+rooms", "Which guests stayed in a suite?", ["Nora Falk", "Pia Lund", "Ugo Neri"]),
    ("films", "Which films did Tom Okoro direct?", ["Last Tram", "Night Ferry"]),
    ("films", "Who starred in Ember?", None),
    ("films", "Who produced Ember?", None),
    ("members+visits", "total calories burned by Alan Grey", [1860]),
    # amounts made of rates
    ("bookings", "What is the total price of booking B102?", [1400]),
    ("orders", "What was the revenue in 2023?", [944]),
    ("orders", "Orders worth more than 150", ["5002", "5004", "5006", "5007", "5010"]),
    ("garden", "What are the potatoes worth?", [33.55]),
    ("items", "total weight of the stock", [446]),
    ("members", "How much do the active members pay per month in total?", [221]),
    ("donations", "Who gave the most?", ["Ivo Dunn"]),
    ("donations", "How much has Ivo Dunn donated in total?", [1000]),
    ("orders+items", "How many oak doors were ordered?", [5]),
    # names as they are written
    (
        "garden",
        "plants in order of planting date",
        [
            "Rhubarb",
            "Mint",
            "Potato",
            "Kale",
            "Lettuce",
            "Sorrel",
            "Tomato",
            "Basil",
            "Courgette",
            "Pumpkin",
        ],
    ),
    (
        "garden",
        "the tallest plant in each bed",
        [("A", "Tomato"), ("B", "Kale"), ("C", "Rhubarb"), ("D", "Potato")],
    ),
    ("orders", "How many orders have been cancelled or returned?", [2]),
    ("films", "Which film made the most money?", ["Ember"]),
    ("films", "Which films lost money?", None),
    ("members", "How many women are on the Gold plan?", [1]),
    # dates and durations
    ("members", "Which month did Bea Horn join?", [6]),
    ("orders", "average time between order and shipping", [3.25]),
    ("garden", "Which plant took the longest to harvest?", ["Rhubarb"]),
    ("bookings", "Which month had the most check-ins in 2024?", ["March"]),
    (
        "bookings",
        "Which guests booked both in 2023 and in 2024?",
        ["Omar Said", "Pia Lund", "Rita Sousa"],
    ),
    # groups, doers, comparisons
    ("bookings", "Bookings by guests from Norway or Denmark", ["B100", "B102", "B105", "B108"]),
    (
        "bookings",
        "Which guests have booked more than once?",
        ["Nora Falk", "Omar Said", "Pia Lund", "Rita Sousa"],
    ),
    ("bookings+rooms", "Which rooms were never booked?", [306]),
    (
        "bookings+rooms",
        "number of nights sold per room type",
        [("Standard", 18), ("Suite", 16), ("Superior", 7)],
    ),
    (
        "bookings",
        "Which bookings cost less per night than the average?",
        ["B100", "B101", "B103", "B104", "B106", "B107", "B108", "B110", "B111"],
    ),
    ("items", "Which items are below their reorder point?", ["Oak door", "Shelf kit", "Door bell"]),
    (
        "members+visits",
        "How many visits did each member make?",
        [
            ("Alan Grey", 4),
            ("Bea Horn", 2),
            ("Carl Ito", 1),
            ("Dina Katz", 1),
            ("Emil Lowe", 2),
            ("Faye Moon", 2),
        ],
    ),
    (
        "films",
        "films by budget, cheapest first",
        [
            "Paper Moons",
            "Last Tram",
            "Salt Road",
            "Blue Harvest",
            "Glass Coast",
            "Night Ferry",
            "The Deep Quarry",
            "Ember",
        ],
    ),
    ("rides", "rides from Park to Museum", ["R3"]),
    ("films", "How long is The Deep Quarry?", [131]),
    ("orders", "Which warehouse has the largest share of orders?", ["Leeds"]),
    ("运单", "一共有多少运单？", [6]),
    ("运单", "韩飞有多少运单？", [3]),
    ("plants", "plants where capacity >= 300", ["Birkfield", "Elmhurst"]),
    ("plants", "plants with output < 150", ["Dunmore", "Fenwick"]),
    ("plants", "how many plants have capacity<=80?", [3]),
    ("plants", "plants where fuel = wind", ["Alderbrook", "Dunmore"]),
    ("plants", "how many plants where region is East and fuel is gas", [2]),
    ("plants", "how many plants where fuel != gas?", [4]),
    ("plants", "sum of output / capacity where fuel = 'Gas'", [7.666666667]),
    ("plants", "output - capacity of Cragside", [210]),
    ("plants", "plants where output > 10000", None),
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
    ("民宿", "年收入超过一百万的民宿有哪些？", ["云上小筑", "临湖客栈", "松风阁"]),
    ("民宿", "房间数量不少于十二个的民宿有几家？", [3]),
    ("民宿", "哪些民宿的入住率超过百分之八十？", ["云上小筑", "松风阁"]),
    ("民宿", "清洁时长不超过一小时的民宿有哪些？", ["竹海人家", "老街驿"]),
    ("民宿", "哪三个民宿的年收入最高？", [("临湖客栈", 200), ("松风阁", 150), ("云上小筑", 120)]),
    ("民宿", "年收入减去成本最高的民宿是哪个？", ["松风阁"]),
    (
        "民宿",
        "按照成本从低到高列出各民宿。",
        [
            ("竹海人家", 30),
            ("老街驿", 45),
            ("松风阁", 60),
            ("水岸居", 70),
            ("云上小筑", 80),
            ("临湖客栈", 150),
        ],
    ),
    ("民宿", "将所有类型按照民宿数量降序排列。", [("山景", 3), ("湖景", 2), ("古镇", 1)]),
    (
        "民宿",
        "根据各类型的平均年收入升序排序，给出这些类型。",
        [("古镇", 60), ("山景", 120), ("湖景", 140)],
    ),
    ("民宿", "年收入高于平均线的民宿有多少家？", [3]),
    ("民宿", "有多少民宿的成本大于所有民宿的平均成本？", [2]),
    ("民宿", "成本高于成本最低值的民宿有几家？", [5]),
    ("民宿", "哪些区县的平均年收入不低于一百万元？", ["安吉", "德清", "长兴"]),
    ("民宿", "口碑排名在前十的民宿有哪些？", ["云上小筑", "竹海人家", "松风阁"]),
    ("民宿", "2016年及之后开业的民宿有哪些？", ["竹海人家", "老街驿", "松风阁", "水岸居"]),
    ("民宿", "入住率最高是多少？", [0.9]),
    ("民宿", "成本不等于60万的民宿有几家？", [5]),
    ("民宿", "哪个县的民宿最多？", ["安吉", "德清"]),
    ("民宿", "哪些民宿有游泳池？", None),
]

FOLLOW_UPS = [
    ("admissions", "How many patients were admitted in 2023?", "and in 2024?", [2]),
    ("doctors", "What is the wage of Cara Niles?", "and Ben Moss?", [7500]),
    ("players", "Who is the youngest player?", "And the oldest?", ["Milo Duran"]),
    ("plants", "How many plants are in the East?", "what about the West?", [2]),
    ("运单", "韩飞有多少运单？", "那罗强呢？", [2]),
    ("运单", "2023年有多少运单？", "2024年呢？", [2]),
]
