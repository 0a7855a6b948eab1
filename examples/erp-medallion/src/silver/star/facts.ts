import { bool, date, decimal, float64, int32, nullable, utf8 } from "@lakewright/core";
import { fact } from "@lakewright/warehouse";
import {
  colleagues,
  customers,
  dates,
  locations,
  products,
  suppliers,
  times,
  warehouses,
} from "./dimensions.ts";

const money = decimal(14, 2);
const price = decimal(16, 4);
const quantity = decimal(14, 3);

/** A line of a quote, an order, a delivery, an invoice or a credit note. Credit notes count against. */
export const sales = fact("fact_sales", {
  surrogateKey: "sale_key",
  grain: ["line_id"],
  dimensions: {
    date: { dimension: dates, key: { date: "document_date" } },
    customer: customers,
    product: { dimension: products, absent: "unknown" },
    colleague: { dimension: colleagues, absent: "unknown" },
    payment_date: { dimension: dates, key: { date: "payment_date" }, absent: "notApplicable" },
    invoice_date: { dimension: dates, key: { date: "invoice_date" }, absent: "notApplicable" },
  },
  eventTime: "document_date",
  attributes: {
    line_id: int32(),
    document_type: utf8(),
    document_number: utf8(),
    document_state: utf8(),
    line_number: int32(),
    document_date: date(),
    due_date: nullable(date()),
    payment_date: nullable(date()),
    invoice_date: nullable(date()),
    is_paid: bool(),
    delivery_zipcode: nullable(utf8()),
  },
  measures: {
    quantity,
    unit_price_excl_tax: price,
    discount_amount: money,
    net_amount_excl_tax: money,
    tax_amount: money,
    net_amount_incl_tax: money,
    cost_amount: money,
    margin_amount: money,
    margin_percent: nullable(decimal(9, 2)),
  },
});

/** A line of an order to a supplier, a reception, an invoice or a return. */
export const purchases = fact("fact_purchases", {
  surrogateKey: "purchase_key",
  grain: ["line_id"],
  dimensions: {
    date: { dimension: dates, key: { date: "document_date" } },
    supplier: suppliers,
    product: { dimension: products, absent: "unknown" },
    payment_date: { dimension: dates, key: { date: "payment_date" }, absent: "notApplicable" },
  },
  eventTime: "document_date",
  attributes: {
    line_id: int32(),
    document_type: utf8(),
    document_number: utf8(),
    document_state: utf8(),
    line_number: int32(),
    document_date: date(),
    due_date: nullable(date()),
    payment_date: nullable(date()),
    is_paid: bool(),
    expected_delivery_date: nullable(date()),
    real_delivery_date: nullable(date()),
  },
  measures: {
    quantity,
    unit_price_excl_tax: price,
    discount_amount: money,
    net_amount_excl_tax: money,
    tax_amount: money,
    net_amount_incl_tax: money,
    /** Of receipts. */
    received_quantity: quantity,
    defective_quantity: quantity,
  },
});

/** What lies in each depot at the end of a day. */
export const inventory = fact("fact_inventory", {
  surrogateKey: "inventory_key",
  grain: ["product", "warehouse"],
  dimensions: {
    date: { dimension: dates, key: { date: "stock_date" } },
    product: products,
    warehouse: warehouses,
  },
  attributes: { stock_date: date() },
  measures: {
    quantity_on_hand: quantity,
    quantity_reserved: quantity,
    quantity_available: quantity,
    reorder_point: quantity,
    stock_value: money,
    days_of_supply: nullable(decimal(12, 1)),
  },
  snapshot: { date: "snapshot_date", version: "snapshot_version" },
});

/** A visit of a technician. */
export const interventions = fact("fact_interventions", {
  surrogateKey: "intervention_key",
  grain: ["intervention_id"],
  dimensions: {
    schedule_date: { dimension: dates, key: { date: "schedule_date" } },
    start_time: { dimension: times, key: { time: "start_time" } },
    end_time: { dimension: times, key: { time: "end_time" } },
    customer: customers,
    location: { dimension: locations, absent: "unknown" },
    colleague: { dimension: colleagues, absent: "unknown" },
    product: { dimension: products, absent: "notApplicable" },
  },
  eventTime: "schedule_date",
  attributes: {
    intervention_id: int32(),
    schedule_date: date(),
    intervention_type: utf8(),
    priority: nullable(int32()),
    state: utf8(),
    is_first_call_resolution: nullable(bool()),
    sla_met_flag: nullable(bool()),
    customer_satisfaction_score: nullable(int32()),
    resolution_notes: nullable(utf8()),
  },
  measures: {
    scheduled_duration_minutes: nullable(int32()),
    actual_duration_minutes: nullable(int32()),
    distance_km: nullable(decimal(8, 2)),
    billable_amount: money,
    temperature_c: nullable(float64()),
    rain_probability: nullable(float64()),
  },
});

/** A ticket, from its creation to its resolution. */
export const incidents = fact("fact_incidents", {
  surrogateKey: "incident_key",
  grain: ["incident_id"],
  dimensions: {
    creation_date: { dimension: dates, key: { date: "creation_date" } },
    resolution_date: { dimension: dates, key: { date: "resolution_date" } },
    customer: customers,
    product: { dimension: products, absent: "notApplicable" },
    assigned_colleague: {
      dimension: colleagues,
      key: { colleague_id: "assigned_colleague_id" },
      absent: "unknown",
    },
  },
  milestones: ["creation_date", "resolution_date"],
  lags: { days_to_resolution: ["creation_date", "resolution_date"] },
  eventTime: "creation_date",
  attributes: {
    incident_id: int32(),
    creation_date: date(),
    resolution_date: nullable(date()),
    incident_type: utf8(),
    priority: nullable(int32()),
    severity: nullable(utf8()),
    state: utf8(),
    sla_met_flag: nullable(bool()),
    is_escalated: bool(),
    resolution_category: nullable(utf8()),
  },
  measures: {
    time_to_first_response_hours: nullable(decimal(10, 2)),
    time_to_resolution_hours: nullable(decimal(10, 2)),
    reopened_count: int32(),
  },
});

/** A call, an e-mail, a visit, a quote or an order. */
export const activities = fact("fact_customer_activity", {
  surrogateKey: "activity_key",
  grain: ["activity_id"],
  dimensions: {
    date: { dimension: dates, key: { date: "activity_date" } },
    customer: customers,
    colleague: { dimension: colleagues, absent: "unknown" },
  },
  eventTime: "activity_date",
  attributes: {
    activity_id: int32(),
    activity_date: date(),
    activity_type: utf8(),
    outcome: nullable(utf8()),
    notes_summary: nullable(utf8()),
  },
  measures: { duration_minutes: nullable(int32()) },
});
