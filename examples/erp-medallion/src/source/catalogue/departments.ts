/** A department of metropolitan France: its middle, its main town, and its people in thousands. */
export interface Department {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly town: string;
  readonly population: number;
}

const regions: Readonly<Record<string, string>> = {
  ARA: "Auvergne-Rhône-Alpes",
  BFC: "Bourgogne-Franche-Comté",
  BRE: "Bretagne",
  CVL: "Centre-Val de Loire",
  COR: "Corse",
  GES: "Grand Est",
  HDF: "Hauts-de-France",
  IDF: "Île-de-France",
  NOR: "Normandie",
  NAQ: "Nouvelle-Aquitaine",
  OCC: "Occitanie",
  PDL: "Pays de la Loire",
  PAC: "Provence-Alpes-Côte d'Azur",
};

/** Rounded from the official geography; populations are those of 2021. */
const lines = `
01|Ain|ARA|46.10|5.35|Bourg-en-Bresse|663
02|Aisne|HDF|49.56|3.56|Laon|527
03|Allier|ARA|46.39|3.19|Moulins|335
04|Alpes-de-Haute-Provence|PAC|44.11|6.24|Digne-les-Bains|166
05|Hautes-Alpes|PAC|44.66|6.26|Gap|141
06|Alpes-Maritimes|PAC|43.94|7.12|Nice|1103
07|Ardèche|ARA|44.75|4.42|Privas|331
08|Ardennes|GES|49.62|4.64|Charleville-Mézières|269
09|Ariège|OCC|42.92|1.50|Foix|155
10|Aube|GES|48.30|4.16|Troyes|311
11|Aude|OCC|43.10|2.41|Carcassonne|377
12|Aveyron|OCC|44.28|2.68|Rodez|279
13|Bouches-du-Rhône|PAC|43.54|5.09|Marseille|2056
14|Calvados|NOR|49.10|-0.36|Caen|700
15|Cantal|ARA|45.05|2.67|Aurillac|144
16|Charente|NAQ|45.72|0.20|Angoulême|352
17|Charente-Maritime|NAQ|45.78|-0.67|La Rochelle|660
18|Cher|CVL|47.06|2.49|Bourges|300
19|Corrèze|NAQ|45.36|1.88|Tulle|240
2A|Corse-du-Sud|COR|41.86|8.99|Ajaccio|162
2B|Haute-Corse|COR|42.39|9.21|Bastia|184
21|Côte-d'Or|BFC|47.42|4.77|Dijon|536
22|Côtes-d'Armor|BRE|48.44|-2.86|Saint-Brieuc|606
23|Creuse|NAQ|46.09|2.02|Guéret|115
24|Dordogne|NAQ|45.10|0.74|Périgueux|413
25|Doubs|BFC|47.17|6.36|Besançon|547
26|Drôme|ARA|44.68|5.17|Valence|519
27|Eure|NOR|49.11|1.00|Évreux|600
28|Eure-et-Loir|CVL|48.39|1.37|Chartres|432
29|Finistère|BRE|48.26|-4.06|Quimper|921
30|Gard|OCC|43.99|4.18|Nîmes|756
31|Haute-Garonne|OCC|43.36|1.17|Toulouse|1434
32|Gers|OCC|43.69|0.45|Auch|192
33|Gironde|NAQ|44.83|-0.58|Bordeaux|1654
34|Hérault|OCC|43.58|3.37|Montpellier|1201
35|Ille-et-Vilaine|BRE|48.15|-1.64|Rennes|1099
36|Indre|CVL|46.78|1.58|Châteauroux|217
37|Indre-et-Loire|CVL|47.26|0.69|Tours|613
38|Isère|ARA|45.26|5.58|Grenoble|1284
39|Jura|BFC|46.73|5.70|Lons-le-Saunier|258
40|Landes|NAQ|43.97|-0.78|Mont-de-Marsan|422
41|Loir-et-Cher|CVL|47.62|1.43|Blois|328
42|Loire|ARA|45.73|4.17|Saint-Étienne|768
43|Haute-Loire|ARA|45.13|3.81|Le Puy-en-Velay|227
44|Loire-Atlantique|PDL|47.36|-1.68|Nantes|1457
45|Loiret|CVL|47.91|2.34|Orléans|684
46|Lot|OCC|44.62|1.60|Cahors|175
47|Lot-et-Garonne|NAQ|44.37|0.46|Agen|331
48|Lozère|OCC|44.52|3.50|Mende|77
49|Maine-et-Loire|PDL|47.39|-0.56|Angers|820
50|Manche|NOR|49.08|-1.33|Saint-Lô|496
51|Marne|GES|48.95|4.24|Châlons-en-Champagne|564
52|Haute-Marne|GES|48.11|5.23|Chaumont|170
53|Mayenne|PDL|48.15|-0.66|Laval|307
54|Meurthe-et-Moselle|GES|48.79|6.16|Nancy|732
55|Meuse|GES|48.99|5.38|Bar-le-Duc|182
56|Morbihan|BRE|47.85|-2.81|Vannes|768
57|Moselle|GES|49.04|6.66|Metz|1050
58|Nièvre|BFC|47.12|3.50|Nevers|202
59|Nord|HDF|50.45|3.22|Lille|2611
60|Oise|HDF|49.41|2.43|Beauvais|829
61|Orne|NOR|48.62|0.13|Alençon|277
62|Pas-de-Calais|HDF|50.49|2.29|Arras|1461
63|Puy-de-Dôme|ARA|45.73|3.14|Clermont-Ferrand|662
64|Pyrénées-Atlantiques|NAQ|43.26|-0.76|Pau|693
65|Hautes-Pyrénées|OCC|43.05|0.16|Tarbes|231
66|Pyrénées-Orientales|OCC|42.60|2.52|Perpignan|487
67|Bas-Rhin|GES|48.67|7.55|Strasbourg|1152
68|Haut-Rhin|GES|47.86|7.27|Colmar|767
69|Rhône|ARA|45.87|4.64|Lyon|1892
70|Haute-Saône|BFC|47.64|6.09|Vesoul|234
71|Saône-et-Loire|BFC|46.64|4.54|Mâcon|549
72|Sarthe|PDL|47.99|0.22|Le Mans|566
73|Savoie|ARA|45.48|6.44|Chambéry|441
74|Haute-Savoie|ARA|46.03|6.43|Annecy|842
75|Paris|IDF|48.86|2.34|Paris|2133
76|Seine-Maritime|NOR|49.66|1.03|Rouen|1256
77|Seine-et-Marne|IDF|48.63|2.93|Melun|1439
78|Yvelines|IDF|48.82|1.84|Versailles|1456
79|Deux-Sèvres|NAQ|46.56|-0.32|Niort|375
80|Somme|HDF|49.96|2.28|Amiens|567
81|Tarn|OCC|43.79|2.17|Albi|393
82|Tarn-et-Garonne|OCC|44.09|1.28|Montauban|263
83|Var|PAC|43.46|6.22|Toulon|1095
84|Vaucluse|PAC|43.99|5.18|Avignon|564
85|Vendée|PDL|46.67|-1.30|La Roche-sur-Yon|695
86|Vienne|NAQ|46.56|0.46|Poitiers|439
87|Haute-Vienne|NAQ|45.89|1.24|Limoges|372
88|Vosges|GES|48.20|6.38|Épinal|359
89|Yonne|BFC|47.84|3.56|Auxerre|334
90|Territoire de Belfort|BFC|47.63|6.93|Belfort|140
91|Essonne|IDF|48.52|2.24|Évry-Courcouronnes|1306
92|Hauts-de-Seine|IDF|48.85|2.25|Nanterre|1626
93|Seine-Saint-Denis|IDF|48.92|2.48|Bobigny|1668
94|Val-de-Marne|IDF|48.78|2.47|Créteil|1415
95|Val-d'Oise|IDF|49.08|2.13|Cergy|1256`;

export const departments: readonly Department[] = lines
  .trim()
  .split("\n")
  .map((line) => {
    const [id, name, region, latitude, longitude, town, population] = line.split("|") as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      id,
      name,
      region: regions[region]!,
      latitude: Number(latitude),
      longitude: Number(longitude),
      town,
      population: Number(population),
    };
  });
