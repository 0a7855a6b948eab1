import { raw, type Sql, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { atMovedPlaces, makePlaces } from "../lookups/places.ts";
import { knowValues } from "../lookups/customer-values.ts";
import { customers } from "../star/dimensions.ts";

const placesOfCustomers = (s: Sql): readonly Sql[] => [
  sql`coalesce(${s}."invoicingCountryId", 'FR') AS country, clean_zipcode(${s}."invoicingZipCode", ${s}."invoicingCountryId") AS zip`,
  sql`coalesce(${s}."deliveringCountryId", 'FR') AS country, clean_zipcode(${s}."deliveringZipCode", ${s}."deliveringCountryId") AS zip`,
];

/** Customers with their address put together, their town as the zip code table writes it, and its coordinates. */
export const customerCleaning: Cleaning = {
  table: customers,
  source: "customer",
  with: ["customer_family", "customer_sub_family", "contact", "zipcode"],
  reach: {
    from: ["customer", "contact", "zipcode"],
    ids: async ({ workbench }) => {
      const ids: Sql[] = [];
      if (await workbench.changed("customer")) ids.push(sql`SELECT id FROM changed_customer`);
      if (await workbench.changed("contact")) {
        await workbench.see(["customer"]);
        ids.push(
          sql`SELECT s.id FROM customer s SEMI JOIN changed_contact k ON k.id = s."mainContactId"`,
        );
      }
      return [...ids, ...(await atMovedPlaces(workbench, "customer", placesOfCustomers))];
    },
  },
  prepare: async (preparation) => {
    await makePlaces(preparation, placesOfCustomers(raw("s")));
    await knowValues(preparation);
  },
  select: ({ rows }) => sql`WITH chosen_contact AS (
  SELECT c.id AS customer, clean_text(concat_ws(' ', k.civility, k."firstName", k."lastName")) AS name
  FROM ${rows} c JOIN contact k ON k.id = c."mainContactId" WHERE k."customerId" IS NOT NULL
), addressed AS (
  SELECT s.*, clean_phone(s.phone) AS own_phone, clean_email(s.email) AS own_email, clean_text(s.name) AS own_name,
    clean_zipcode(s."invoicingZipCode", s."invoicingCountryId") AS bill_zip,
    coalesce(s."invoicingCountryId", 'FR') AS bill_country,
    nullif(clean_zipcode(s."deliveringZipCode", s."deliveringCountryId"), '') AS own_zip
  FROM ${rows} s
), delivered AS (
  SELECT *, own_zip IS NULL AS same_place, coalesce(own_zip, bill_zip) AS ship_zip,
    CASE WHEN own_zip IS NULL THEN bill_country ELSE coalesce("deliveringCountryId", 'FR') END AS ship_country,
    CASE WHEN own_zip IS NULL THEN "invoicingCity" ELSE "deliveringCity" END AS ship_city,
    CASE WHEN own_zip IS NULL THEN "invoicingAddress1" ELSE "deliveringAddress1" END AS ship_1,
    CASE WHEN own_zip IS NULL THEN "invoicingAddress2" ELSE "deliveringAddress2" END AS ship_2
  FROM addressed
)
SELECT s.id AS _key, CASE WHEN clean_text(s.id) IS NULL THEN 'no_key' END AS _reason,
  list_filter([dirt_of('phone', s.phone, s.own_phone, 'invalid'), dirt_of('email', s.email, s.own_email, 'invalid'),
    dirt_of('name', s.name, s.own_name, 'empty'),
    CASE WHEN coalesce(b.city, bp.city) <> s."invoicingCity" THEN 'billing_city:rewritten' END,
    CASE WHEN s.same_place THEN 'delivery_address:taken_from_billing' END,
    CASE WHEN coalesce(p.city, pp.city) IS NULL AND s.ship_zip IS NOT NULL THEN 'delivery_zipcode:unknown_place' END], x -> x IS NOT NULL) AS _dirt,
  s.id AS customer_id, s.own_name AS name, s.type, f.caption AS family_name, sf.caption AS subfamily_name,
  k.name AS main_contact_name, s.own_phone AS phone, s.own_email AS email,
  full_address(s."invoicingAddress1", s."invoicingAddress2", s.bill_zip, coalesce(b.city, clean_text(s."invoicingCity")), s.bill_country) AS billing_address_full,
  coalesce(b.city, clean_text(s."invoicingCity")) AS billing_city, s.bill_zip AS billing_zipcode, s.bill_country AS billing_country,
  full_address(s.ship_1, s.ship_2, s.ship_zip, coalesce(p.city, clean_text(s.ship_city)), s.ship_country) AS delivery_address_full,
  coalesce(p.city, clean_text(s.ship_city)) AS delivery_city, s.ship_zip AS delivery_zipcode,
  coalesce(p.latitude, pp.latitude) AS delivery_latitude, coalesce(p.longitude, pp.longitude) AS delivery_longitude,
  coalesce(v.segment, 'C') AS segment, coalesce(v.value, 0) AS lifetime_value, s.active AS is_active,
  s."creationDate" AS created_date, v.first_order AS first_order_date
FROM delivered s
LEFT JOIN customer_family f ON f.id = s."familyId" LEFT JOIN customer_sub_family sf ON sf.id = s."subFamilyId"
LEFT JOIN chosen_contact k ON k.customer = s.id
LEFT JOIN place b ON b.country = s.bill_country AND b.zip = s.bill_zip AND b.name = place_name(s."invoicingCity")
LEFT JOIN main_place bp ON bp.country = s.bill_country AND bp.zip = s.bill_zip
LEFT JOIN place p ON p.country = s.ship_country AND p.zip = s.ship_zip AND p.name = place_name(s.ship_city)
LEFT JOIN main_place pp ON pp.country = s.ship_country AND pp.zip = s.ship_zip
LEFT JOIN customer_value v ON v.customer = s.id`,
};
