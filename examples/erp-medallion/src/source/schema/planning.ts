import {
  bool,
  date,
  decimal,
  float64,
  int32,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";
import { trackedTable } from "./source-table.ts";

export const scheduleEventType = trackedTable(
  "planning",
  "ScheduleEventType",
  {
    id: utf8(),
    caption: utf8(),
    category: oneOf(["Maintenance", "Repair", "Install"]),
    defaultDurationMinutes: int32(),
  },
  { rows: 12, priority: 1 },
);

/** An intervention at a customer's. */
export const scheduleEvent = trackedTable(
  "planning",
  "ScheduleEvent",
  {
    id: int32(),
    eventNumber: utf8(),
    eventTypeId: utf8(),
    customerId: utf8(),
    /** The technician. */
    colleagueId: nullable(utf8()),
    customerProductId: nullable(int32()),
    maintenanceContractId: nullable(int32()),
    dealId: nullable(int32()),
    /** 1 is most urgent, 5 least. */
    priority: nullable(int32()),
    state: oneOf(["Scheduled", "InProgress", "Done", "Cancelled"]),
    startDateTime: timestamp("us"),
    endDateTime: timestamp("us"),
    realStartDateTime: nullable(timestamp("us")),
    realEndDateTime: nullable(timestamp("us")),
    /** When it had to be over by the contract; null where none was agreed. */
    dueDateTime: nullable(timestamp("us")),
    address1: nullable(utf8()),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    /** Of the place; null where nobody geocoded it: the zip code's then. */
    latitude: nullable(float64()),
    longitude: nullable(float64()),
    /** No second visit was needed; null while it is not done. */
    firstCallResolution: nullable(bool()),
    /** 1 to 5, where the customer answered. */
    satisfaction: nullable(int32()),
    resolutionNotes: nullable(utf8()),
    /** In euro, without VAT. */
    billableAmount: decimal(14, 2),
  },
  {
    rows: 11_935,
    priority: 3,
    references: {
      eventTypeId: "ScheduleEventType",
      customerId: "Customer",
      colleagueId: "Colleague",
      customerProductId: "CustomerProduct",
      maintenanceContractId: "MaintenanceContract",
      dealId: "Deal",
    },
  },
);

export const activity = trackedTable(
  "planning",
  "Activity",
  {
    id: int32(),
    type: oneOf(["Call", "Email", "Visit", "Quote", "Order"]),
    customerId: utf8(),
    contactId: nullable(int32()),
    colleagueId: nullable(utf8()),
    startDateTime: timestamp("us"),
    durationMinutes: nullable(int32()),
    outcome: oneOf(["Success", "Failed", "Pending"]),
    subject: nullable(utf8()),
    notes: nullable(utf8()),
    saleDocumentId: nullable(int32()),
  },
  {
    rows: 44_145,
    priority: 3,
    references: {
      customerId: "Customer",
      contactId: "Contact",
      colleagueId: "Colleague",
      saleDocumentId: "SaleDocument",
    },
  },
);

/** Tickets. Nobody had used them until the first day: they begin with the second. */
export const incident = trackedTable(
  "planning",
  "Incident",
  {
    id: int32(),
    incidentNumber: utf8(),
    customerId: utf8(),
    customerProductId: nullable(int32()),
    itemId: nullable(utf8()),
    /** Who takes care of it. */
    colleagueId: nullable(utf8()),
    type: oneOf(["Breakdown", "Question", "Complaint", "Delivery", "Billing"]),
    /** 1 is most urgent, 5 least. */
    priority: nullable(int32()),
    severity: oneOf(["Minor", "Major", "Critical"]),
    state: oneOf(["New", "InProgress", "Resolved", "Closed", "Reopened"]),
    creationDateTime: timestamp("us"),
    firstResponseDateTime: nullable(timestamp("us")),
    resolutionDateTime: nullable(timestamp("us")),
    /** Hours to the first answer and to the solution that were promised. */
    slaResponseHours: nullable(int32()),
    slaResolutionHours: nullable(int32()),
    reopenedCount: int32(),
    escalated: bool(),
    resolutionCategory: nullable(utf8()),
    description: nullable(utf8()),
  },
  {
    rows: 0,
    priority: 3,
    references: {
      customerId: "Customer",
      customerProductId: "CustomerProduct",
      itemId: "Item",
      colleagueId: "Colleague",
    },
  },
);

export const maintenanceContract = trackedTable(
  "planning",
  "MaintenanceContract",
  {
    id: int32(),
    contractNumber: utf8(),
    customerId: utf8(),
    caption: nullable(utf8()),
    startDate: date(),
    endDate: nullable(date()),
    visitsPerYear: int32(),
    annualAmount: decimal(14, 2),
    /** Hours in which an intervention must be over. */
    slaHours: nullable(int32()),
    state: oneOf(["Active", "Suspended", "Ended"]),
  },
  { rows: 268, priority: 2, references: { customerId: "Customer" } },
);

export const constructionSite = trackedTable(
  "planning",
  "ConstructionSite",
  {
    id: int32(),
    caption: nullable(utf8()),
    customerId: utf8(),
    address1: nullable(utf8()),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    latitude: nullable(float64()),
    longitude: nullable(float64()),
    startDate: date(),
    endDate: nullable(date()),
    state: oneOf(["Planned", "Running", "Finished"]),
  },
  { rows: 272, priority: 2, references: { customerId: "Customer" } },
);
