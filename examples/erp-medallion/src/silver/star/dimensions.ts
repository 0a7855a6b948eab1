import { bool, date, decimal, float64, int64, nullable, utf8 } from "@lakewright/core";
import { calendar, dimension, frenchHolidays, timeOfDay } from "@lakewright/warehouse";

/** The month the fiscal year starts in. */
export const FISCAL_START_MONTH = 9;

/** Days, with the holidays of France and a fiscal year from September. */
export const dates = calendar("dim_date", {
  from: "2020-01-01",
  to: "2027-12-31",
  surrogateKey: "date_id",
  fiscalStartMonth: FISCAL_START_MONTH,
  holidays: frenchHolidays,
});

/** Minutes of the day; `time_key` reads HHMMSS. */
export const times = timeOfDay("dim_time", {
  key: "hhmmss",
  businessHours: [
    ["08:00", "12:00"],
    ["13:30", "18:00"],
  ],
  dayParts: [
    { name: "Night", from: "22:00", to: "06:00" },
    { name: "Morning", from: "06:00", to: "12:00" },
    { name: "Afternoon", from: "12:00", to: "18:00" },
    { name: "Evening", from: "18:00", to: "22:00" },
  ],
});

/** Places by zip code, with what lies around them. */
export const locations = dimension("dim_location", {
  key: ["country_code", "zipcode", "city"],
  surrogateKey: "location_key",
  columns: {
    country_code: utf8(),
    zipcode: utf8(),
    city: utf8(),
    state: nullable(utf8()),
    country_name: nullable(utf8()),
    latitude: nullable(float64()),
    longitude: nullable(float64()),
    region: nullable(utf8()),
    department: nullable(utf8()),
    population: nullable(int64()),
    density: nullable(float64()),
    urban_rural_flag: nullable(utf8()),
  },
});

/**
 * Customers. A change of what they are opens a version; what is calculated from their orders is overwritten, or each
 * order would open one.
 */
export const customers = dimension("dim_customer", {
  key: ["customer_id"],
  versioning: "scd2",
  surrogateKey: "customer_key",
  overwritten: ["segment", "lifetime_value", "first_order_date"],
  columns: {
    customer_id: utf8(),
    name: nullable(utf8()),
    type: nullable(utf8()),
    family_name: nullable(utf8()),
    subfamily_name: nullable(utf8()),
    main_contact_name: nullable(utf8()),
    phone: nullable(utf8()),
    email: nullable(utf8()),
    billing_address_full: nullable(utf8()),
    billing_city: nullable(utf8()),
    billing_zipcode: nullable(utf8()),
    billing_country: nullable(utf8()),
    delivery_address_full: nullable(utf8()),
    delivery_city: nullable(utf8()),
    delivery_zipcode: nullable(utf8()),
    delivery_latitude: nullable(float64()),
    delivery_longitude: nullable(float64()),
    segment: nullable(utf8()),
    lifetime_value: nullable(decimal(16, 2)),
    is_active: nullable(bool()),
    created_date: nullable(date()),
    first_order_date: nullable(date()),
  },
});

/** Articles and services. */
export const products = dimension("dim_product", {
  key: ["product_id"],
  versioning: "scd2",
  surrogateKey: "product_key",
  columns: {
    product_id: utf8(),
    name: nullable(utf8()),
    reference: nullable(utf8()),
    family_name: nullable(utf8()),
    subfamily_name: nullable(utf8()),
    category_l1: nullable(utf8()),
    category_l2: nullable(utf8()),
    category_l3: nullable(utf8()),
    type: nullable(utf8()),
    unit: nullable(utf8()),
    cost_price: nullable(decimal(14, 4)),
    selling_price: nullable(decimal(14, 4)),
    margin_percent: nullable(decimal(9, 2)),
    is_active: nullable(bool()),
  },
});

/** Suppliers; their rating is calculated and overwritten. */
export const suppliers = dimension("dim_supplier", {
  key: ["supplier_id"],
  versioning: "scd2",
  surrogateKey: "supplier_key",
  overwritten: ["rating"],
  columns: {
    supplier_id: utf8(),
    name: nullable(utf8()),
    type: nullable(utf8()),
    family_name: nullable(utf8()),
    contact_name: nullable(utf8()),
    phone: nullable(utf8()),
    email: nullable(utf8()),
    address_full: nullable(utf8()),
    city: nullable(utf8()),
    country: nullable(utf8()),
    payment_terms: nullable(utf8()),
    rating: nullable(utf8()),
    is_active: nullable(bool()),
  },
});

/** Technicians and sales people. `manager_colleague_key` is the surrogate key of another of them. */
export const colleagues = dimension("dim_colleague", {
  key: ["colleague_id"],
  surrogateKey: "colleague_key",
  columns: {
    colleague_id: utf8(),
    name: nullable(utf8()),
    first_name: nullable(utf8()),
    job_title: nullable(utf8()),
    department: nullable(utf8()),
    email: nullable(utf8()),
    phone: nullable(utf8()),
    hire_date: nullable(date()),
    termination_date: nullable(date()),
    is_active: nullable(bool()),
    team_name: nullable(utf8()),
    manager_colleague_id: nullable(utf8()),
    manager_colleague_key: nullable(int64()),
    weekly_hours: nullable(decimal(5, 2)),
    hourly_cost: nullable(decimal(8, 2)),
  },
});

/** Depots where stock lies and technicians start from. */
export const warehouses = dimension("dim_warehouse", {
  key: ["warehouse_id"],
  surrogateKey: "warehouse_key",
  columns: {
    warehouse_id: utf8(),
    name: nullable(utf8()),
    city: nullable(utf8()),
    zipcode: nullable(utf8()),
    latitude: nullable(float64()),
    longitude: nullable(float64()),
  },
});
