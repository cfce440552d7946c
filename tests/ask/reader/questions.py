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
    "club_members": """
member_id,name,joined,plan,monthly_fee,branch,age,visits_2024,email
M001,Ana Fink,2024-02-03,Plus,39,Riverside,70,144,
M002,Boris Costa,2022-04-03,Premium,59,Harbour,55,15,boris@mail.org
M003,Carla Gomez,2023-03-24,Basic,25,Riverside,20,142,carla@mail.org
M004,Deniz Keller,2022-08-17,Plus,39,Riverside,52,30,deniz@mail.org
M005,Elif Adler,2024-02-22,Premium,59,Riverside,24,148,elif@mail.org
M006,Farid Brandt,2022-01-20,Plus,39,Riverside,53,16,farid@mail.org
M007,Greta Ito,2024-06-21,Basic,25,Old Mill,61,136,greta@mail.org
M008,Hugo Brandt,2022-10-06,Plus,39,Harbour,47,92,hugo@mail.org
M009,Ines Fink,2022-01-04,Premium,59,Riverside,23,147,ines@mail.org
M010,Jonas Jansen,2023-10-11,Plus,39,Harbour,46,73,jonas@mail.org
M011,Kira Adler,2021-05-30,Basic,25,Harbour,44,42,kira@mail.org
M012,Luca Ito,2021-11-08,Plus,39,Old Mill,20,171,
""",
    "sessions": """
session,class,trainer,date,start,minutes,capacity,attended
1,Spinning,Milo Park,10.05.2024,12:30,60,20,16
2,Spinning,Vera Sand,11.03.2024,9:00,45,20,11
3,Yoga,Milo Park,15.05.2024,9:30,60,12,6
4,Boxing,Jun Okada,17.04.2024,19:30,45,20,20
5,Yoga,Milo Park,27.05.2024,19:30,60,16,10
6,Yoga,Milo Park,21.05.2024,18:00,45,12,7
7,Boxing,Vera Sand,15.03.2024,12:00,45,12,6
8,Yoga,Milo Park,18.05.2024,7:00,45,20,16
9,Spinning,Jun Okada,02.04.2024,12:30,60,12,5
10,Boxing,Milo Park,01.05.2024,18:30,45,12,5
11,Pilates,Jun Okada,03.04.2024,18:00,90,12,7
12,Pilates,Vera Sand,28.05.2024,19:00,90,16,14
""",
    "parcels": """
Tracking,Sender,Destination,Weight (kg),Shipped,Delivered,Status,Cost
PX1000,Tully & Sons,Porto,2.1,2024-02-03,2024-02-11,delivered,$82.50
PX1001,Bluefin Ltd,Turin,4.6,2024-01-05,,lost,$31.00
PX1002,Bluefin Ltd,Porto,4.3,2024-01-19,2024-01-28,delivered,$15.50
PX1003,Tully & Sons,Lyon,24.8,2023-11-08,2023-11-13,delivered,$13.00
PX1004,Tully & Sons,Turin,1.2,2024-02-23,2024-03-02,delivered,$49.00
PX1005,Casa Verde,Graz,14.4,2024-02-12,2024-02-16,delivered,$74.50
PX1006,Bluefin Ltd,Graz,4.2,2023-11-16,2023-11-22,delivered,$17.00
PX1007,Tully & Sons,Lyon,6.3,2023-12-09,2023-12-12,delivered,$90.50
PX1008,Bluefin Ltd,Ghent,24.8,2023-12-30,2024-01-01,delivered,$58.50
PX1009,Bluefin Ltd,Porto,4.9,2023-12-26,2024-01-02,delivered,$51.50
PX1010,Bluefin Ltd,Ghent,9.2,2024-02-01,2024-02-07,delivered,$78.50
PX1011,Tully & Sons,Lyon,11.0,2024-01-06,2024-01-15,delivered,$16.00
""",
    "matches": """
Date,Home team,Away team,Home goals,Away goals,Attendance,Referee
05/08/2023,Rovers,Athletic,3,3,17805,E. Ford
12/08/2023,Rovers,United,4,1,9050,E. Ford
19/08/2023,Rovers,Wanderers,3,1,6084,C. Dunn
26/08/2023,Rovers,City,2,1,5971,E. Ford
02/09/2023,Athletic,Rovers,0,3,17843,E. Ford
09/09/2023,Athletic,United,4,1,3491,E. Ford
16/09/2023,Athletic,Wanderers,0,0,4168,A. Bell
23/09/2023,Athletic,City,1,0,18202,C. Dunn
30/09/2023,United,Rovers,3,1,20010,A. Bell
07/10/2023,United,Athletic,2,3,3150,E. Ford
""",
    "expenses": """
date,category,amount,paid_by,note
2024-01-27,groceries,28.66,Tom,monthly
2024-05-24,rent,181.73,Ida,monthly
2024-04-18,eating out,51.02,Tom,monthly
2024-01-02,travel,346.41,Tom,
2024-02-24,rent,160.74,Ida,
2024-02-08,rent,179.41,Ida,with friends
2024-03-17,eating out,33.99,Ida,monthly
2024-05-30,rent,11.13,Tom,with friends
2024-06-09,eating out,55.25,Tom,monthly
2024-04-09,rent,252.76,Tom,monthly
2024-06-06,rent,291.53,Ida,monthly
2024-04-10,eating out,243.4,Tom,
""",
    "教师名单": """
工号,姓名,性别,学院,职称,入职日期,月薪,论文数
T101,王芳,男,数学学院,教授,2018-02-06,28400,57
T102,李强,男,数学学院,讲师,2005-12-09,11400,40
T103,张敏,女,数学学院,副教授,2015-02-15,22200,3
T104,刘洋,男,物理学院,副教授,2010-12-01,8000,29
T105,陈静,男,数学学院,教授,2016-10-18,9600,47
T106,杨帆,女,文学院,讲师,2010-12-16,14000,46
T107,赵磊,男,物理学院,教授,2019-07-31,19700,31
T108,黄丽,女,数学学院,副教授,2020-05-02,15300,49
T109,周杰,男,物理学院,讲师,2018-06-14,11700,21
T110,吴倩,女,文学院,教授,2017-09-26,11400,0
""",
    "课程": """
课程编号,课程名称,任课教师,学分,选课人数,学期
C01,高等数学,刘洋,2,34,2024秋
C02,线性代数,李强,2,149,2024春
C03,大学物理,杨帆,2,169,2024秋
C04,量子力学,周杰,3,43,2024秋
C05,古代文学,杨帆,2,142,2024春
C06,写作,赵磊,2,55,2023秋
C07,解剖学,黄丽,4,130,2024春
C08,药理学,陈静,4,51,2024春
""",
    "航班": """
航班号,航空公司,出发城市,到达城市,起飞时间,到达时间,票价,座位数,已售
CZ1200,东航,成都,上海,15:15,17:05,500,120,71
MU1201,东航,广州,昆明,12:00,14:55,820,120,92
CA1202,东航,北京,成都,15:40,17:05,1690,180,103
MU1203,东航,北京,上海,19:15,21:05,1240,180,148
MU1204,东航,上海,成都,09:40,11:05,580,160,98
MU1205,国航,北京,广州,16:40,18:05,990,160,145
MU1206,东航,上海,成都,15:00,17:55,590,160,125
MU1207,南航,上海,北京,18:15,20:55,450,120,99
CA1208,南航,上海,广州,13:15,15:55,520,120,101
MU1209,国航,北京,广州,10:15,12:30,1800,180,125
MU1210,南航,昆明,北京,16:15,18:55,590,180,136
CZ1211,国航,成都,上海,12:15,14:05,1660,180,138
""",
    "房源": """
房源编号,小区,城区,户型,面积(平米),月租(元),楼层,朝向,有电梯,上架日期,房东
F001,翠湖苑,静安,两室一厅,104,11900,17,东,是,2024-04-10,吴女士
F002,阳光花园,静安,三室两厅,84,4600,15,北,是,2024-06-09,周先生
F003,梧桐里,徐汇,三室两厅,118,14200,17,北,否,2024-03-24,吴女士
F004,阳光花园,徐汇,三室两厅,126,4500,7,南,否,2024-01-23,郑先生
F005,金桥公寓,静安,三室两厅,37,7400,17,南,是,2024-04-22,郑先生
F006,梧桐里,静安,两室一厅,38,5700,26,南,否,2024-01-09,吴女士
F007,金桥公寓,徐汇,一室一厅,95,4900,17,东,否,2024-05-06,周先生
F008,翠湖苑,静安,三室两厅,106,6700,27,东,是,2024-05-13,郑先生
F009,金桥公寓,徐汇,两室一厅,113,5600,10,南,否,2024-05-26,王女士
F010,翠湖苑,静安,三室两厅,49,9400,1,东,否,2024-01-08,周先生
F011,梧桐里,徐汇,三室两厅,50,9200,3,东,是,2024-01-17,王女士
F012,梧桐里,静安,两室一厅,66,9000,16,南,否,2024-04-21,王女士
""",
    "外卖订单": """
订单号,下单时间,商家,菜品,数量,单价,配送费,顾客,评分
D0001,2024-05-17 19:59,沙县小吃,炸酱面,1,25,0,小林,5
D0002,2024-05-30 07:32,粤香楼,叉烧饭,3,28,5,小郭,4
D0003,2024-06-05 14:31,老北京面馆,蒸饺,1,28,5,小何,3
D0004,2024-05-03 16:02,沙县小吃,蒸饺,2,25,3,小林,4
D0005,2024-05-09 04:31,沙县小吃,蒸饺,3,25,3,小郭,5
D0006,2024-05-19 21:41,粤香楼,炸酱面,4,32,5,小罗,3
D0007,2024-05-09 00:46,粤香楼,鱼香肉丝,2,32,3,小何,
D0008,2024-05-16 13:32,沙县小吃,蒸饺,2,32,0,小何,3
D0009,2024-05-09 08:48,老北京面馆,宫保鸡丁,1,25,0,小郭,5
D0010,2024-06-07 06:02,粤香楼,鱼香肉丝,4,28,3,小何,
D0011,2024-05-13 17:10,老北京面馆,鱼香肉丝,4,25,5,小郭,4
D0012,2024-06-01 16:07,粤香楼,鱼香肉丝,3,18,3,小罗,
""",
    "zones": """
Zone,Jan 2024,Feb 2024,Mar 2024
A,10,12,15
B,20,18,22
C,7,9,14
""",
    "runs": """
Runner,Time,Start
Ann,2:05:33,09:00
Bob,1:59:40,09:05
Cid,2:10:01,08:55
""",
    "客户": """
客户号,客户名,城市
K1,天元贸易,杭州
K2,蓝海科技,苏州
K3,百草堂,宁波
""",
    "合同": """
合同号,客户号,签订日期,金额(万元),状态
HT1,K1,2023-01-05,30,执行中
HT2,K2,2023-03-01,80,已完成
HT3,K2,2024-02-01,20,执行中
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
    (
        "club_members",
        "which members are under 25?",
        ["Carla Gomez", "Elif Adler", "Ines Fink", "Luca Ito"],
    ),
    ("club_members", "who visited the gym least?", ["Boris Costa"]),
    (
        "club_members",
        "how many members joined each year?",
        [(2021, 2), (2022, 5), (2023, 2), (2024, 3)],
    ),
    (
        "club_members",
        "which members visited more than 100 times but pay less than 30 a month?",
        ["Carla Gomez", "Greta Ito"],
    ),
    (
        "club_members",
        "what's the difference in age between the oldest and the youngest member?",
        [50],
    ),
    ("club_members", "how many members are between 20 and 30 years old?", [4]),
    ("club_members", "how much do we earn per month from Plus members?", [234]),
    ("sessions", "which sessions were full?", ["4"]),
    ("sessions", "how many free places were there in session 5?", [6]),
    ("sessions", "how many hours did Milo Park teach?", [5.25]),
    ("sessions", "which trainer gave the most classes?", ["Milo Park"]),
    (
        "sessions",
        "how many different classes does each trainer teach?",
        [("Milo Park", 3), ("Vera Sand", 3), ("Jun Okada", 3)],
    ),
    (
        "sessions",
        "average attendance per class",
        [("Spinning", 10.6667), ("Yoga", 9.75), ("Boxing", 10.3333), ("Pilates", 10.5)],
    ),
    ("sessions", "average occupancy of Boxing in percent", [63.8889]),
    ("parcels", "who sent PX1002?", ["Bluefin Ltd"]),
    ("parcels", "where did PX1005 go?", ["Graz"]),
    ("parcels", "cost per kg of PX1003", [0.52419]),
    ("parcels", "what did Bluefin Ltd spend on shipping?", [252]),
    ("parcels", "total weight shipped to Lyon", [42.1]),
    (
        "parcels",
        "which destination received the most parcels from Bluefin Ltd?",
        ["Porto", "Ghent"],
    ),
    (
        "matches",
        "which matches had more than 18,000 spectators?",
        [("Athletic", "City"), ("United", "Rovers")],
    ),
    ("matches", "average attendance of matches refereed by C. Dunn", [12143]),
    ("matches", "attendance of Rovers against Wanderers", [6084]),
    ("expenses", "how much more did Tom spend than Ida?", [141.23]),
    ("expenses", "what did we spend in March 2024?", [33.99]),
    ("expenses", "which category did we spend the least on?", ["groceries"]),
    (
        "expenses",
        "list the expenses over 250",
        [("travel", 346.41), ("rent", 252.76), ("rent", 291.53)],
    ),
    ("zones", "which zone grew the most from Jan 2024 to Mar 2024?", ["C"]),
    ("zones", "how much did zone A grow from Jan 2024 to Mar 2024?", [5]),
    ("zones", "what is the total for zone C?", [30]),
    ("runs", "who was the fastest runner?", ["Bob"]),
    ("runs", "who was slowest?", ["Cid"]),
    ("教师名单", "月薪超过两万的老师有谁？", ["王芳", "张敏"]),
    ("教师名单", "发表论文最多的是谁？", ["王芳"]),
    ("教师名单", "没有发表过论文的教师是谁？", ["吴倩"]),
    ("教师名单", "姓张的老师的月薪", [22200]),
    ("教师名单", "which 学院 has the most 姓名?", ["数学学院"]),
    ("课程", "谁教线性代数？", ["李强"]),
    ("课程", "4学分的课程有几门", [2]),
    ("课程", "教课最多的老师是谁？", ["杨帆"]),
    ("航班", "北京到上海的航班有哪些？", ["MU1203"]),
    ("航班", "飞往昆明的航班的平均票价", [820]),
    ("航班", "上座率最高的航班是哪个？", ["MU1205"]),
    ("航班", "中午12点以后起飞的航班有多少？", [9]),
    ("房源", "静安区月租低于8000元的房源", ["F002", "F005", "F006", "F008"]),
    ("房源", "面积超过100平米的房源有哪些？", ["F001", "F003", "F004", "F008", "F009"]),
    ("房源", "每平米租金最高的房源是哪个？", ["F005"]),
    ("房源", "10层以上的房源有多少？", [8]),
    ("外卖订单", "6月份的订单量", [3]),
    ("外卖订单", "各商家的销售额", [("沙县小吃", 214), ("粤香楼", 442), ("老北京面馆", 153)]),
    ("外卖订单", "小何点过哪些菜？", ["蒸饺", "鱼香肉丝"]),
    ("客户+合同", "合同金额最大的客户是谁？", ["蓝海科技"]),
    ("客户+合同", "蓝海科技有多少份执行中的合同？", [1]),
    ("客户+合同", "哪些客户没有合同？", ["百草堂"]),
]

FOLLOW_UPS = [
    ("admissions", "How many patients were admitted in 2023?", "and in 2024?", [2]),
    ("doctors", "What is the wage of Cara Niles?", "and Ben Moss?", [7500]),
    ("players", "Who is the youngest player?", "And the oldest?", ["Milo Duran"]),
    ("plants", "How many plants are in the East?", "what about the West?", [2]),
    ("运单", "韩飞有多少运单？", "那罗强呢？", [2]),
    ("运单", "2023年有多少运单？", "2024年呢？", [2]),
]
