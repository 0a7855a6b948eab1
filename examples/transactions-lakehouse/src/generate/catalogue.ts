/** The made-up world transactions come from. Names and places are common ones; nobody in particular is meant. */

export interface City {
  readonly name: string;
  readonly country: string;
  /** How many of the customers live here, relative to the others. */
  readonly weight: number;
}

const places: readonly (readonly [country: string, ...cities: readonly [string, number][]])[] = [
  [
    "FR",
    ["Paris", 22],
    ["Lyon", 9],
    ["Marseille", 8],
    ["Toulouse", 6],
    ["Nantes", 5],
    ["Lille", 5],
    ["Bordeaux", 5],
  ],
  ["DE", ["Berlin", 9], ["Hamburg", 6], ["München", 6], ["Köln", 4]],
  ["GB", ["London", 12], ["Manchester", 5], ["Leeds", 3], ["Glasgow", 3]],
  ["ES", ["Madrid", 6], ["Barcelona", 5], ["Valencia", 3]],
  ["IT", ["Milano", 5], ["Roma", 5], ["Torino", 2]],
  ["CH", ["Zürich", 4], ["Genève", 3]],
  ["US", ["New York", 4], ["Chicago", 2], ["Austin", 2]],
];

export const cities: readonly City[] = places.flatMap(([country, ...list]) =>
  list.map(([name, weight]) => ({ name, country, weight })),
);

/** What each country pays in, and what one unit is worth in euro: fixed for the demo, not market rates. */
export const currencyOf: Readonly<Record<string, string>> = {
  FR: "EUR",
  DE: "EUR",
  ES: "EUR",
  IT: "EUR",
  GB: "GBP",
  CH: "CHF",
  US: "USD",
};
export const ratesToEur: Readonly<Record<string, string>> = {
  EUR: "1",
  GBP: "1.17",
  CHF: "1.05",
  USD: "0.92",
};

export const givenNames: readonly string[] =
  "Emma Louis Jade Gabriel Louise Raphaël Alice Arthur Chloé Jules Inès Hugo Léa Lucas Manon Nathan Camille Théo Sarah Paul Zoé Adam Clara Noah Eva Liam Lena Maxime Anna Antoine Juliette Victor Agathe Samuel Jeanne Martin Élise Olivier Amélie Nicolas Sophie Julien Marie Thomas Claire Pierre Hélène Philippe Nathalie Laurent Isabelle Stéphane Valérie Christophe Sandrine David Céline Sébastien Aurélie Karim Fatima Mohamed Aïcha Youssef Leïla Mia Ben Hannah Finn Lea Jonas Sophia Leon Marie Felix Lina Maximilian Olivia George Amelia Oliver Isla Harry Ava Jack Lucía Mateo Martina Daniel Julia Pablo Giulia Leonardo Aurora Francesco Beatrice Lorenzo Emily James Charlotte William Ella Benjamin Grace Henry".split(
    " ",
  );

export const surnames: readonly string[] =
  "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Müller Boyer Roussel Henry Chevalier Robin Masson Noël Gauthier Perrin Morin Mathieu Clément Gautier Dumont Lopez Fontaine Chevallier Dos Santos Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Klein Wolf Schröder Neumann Schwarz Zimmermann Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker White Edwards Hughes Green Hall Lewis Harris Clarke González Rodríguez Fernández Sánchez Pérez Gómez Ruiz Díaz Moreno Álvarez Romero Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Keller Frei Huber Meier Steiner Benali Haddad Nguyen Traoré Diallo".split(
    " ",
  );

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** In cents of the buyer's currency. */
  readonly price: number;
}

const ranges: readonly (readonly [category: string, low: number, high: number, items: string])[] = [
  [
    "electronics",
    1500,
    90_000,
    "Headphones Keyboard Monitor Tablet Charger Router Speaker Webcam Smartwatch Printer",
  ],
  ["home", 800, 25_000, "Lamp Kettle Blanket Pan Vase Mirror Toaster Shelf Curtain Rug"],
  ["clothing", 900, 18_000, "Jacket Jeans Shirt Sneakers Scarf Dress Sweater Belt Coat Boots"],
  [
    "books",
    500,
    4500,
    "Novel Atlas Cookbook Biography Dictionary Comic Thriller Poems Guide Anthology",
  ],
  ["groceries", 150, 3500, "Coffee Tea Chocolate Pasta Olives Honey Cheese Wine Cereal Juice"],
  ["sports", 700, 45_000, "Bicycle Racket Dumbbells Tent Ball Helmet Skates Mat Backpack Kayak"],
];
const finishes = ["Classic", "Compact", "Premium", "Eco", "Pro"];

export const products: readonly Product[] = ranges.flatMap(([category, low, high, items], range) =>
  items.split(" ").flatMap((item, i) =>
    finishes.map((finish, f) => ({
      id: `P${String(range * 50 + i * 5 + f + 1).padStart(4, "0")}`,
      name: `${finish} ${item}`,
      category,
      price: Math.round(low * (high / low) ** (((i * 5 + f * 7) % 50) / 49)),
    })),
  ),
);

export const paymentMethods: readonly (readonly [id: string, weight: number])[] = [
  ["credit_card", 46],
  ["debit_card", 22],
  ["paypal", 14],
  ["bank_transfer", 8],
  ["apple_pay", 7],
  ["gift_card", 3],
];
