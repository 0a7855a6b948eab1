import { links, lists, type ParameterTable } from "./shapes.ts";

export const crmParameters: readonly ParameterTable[] = [
  ...lists("crm", {
    Opportunity: 0,
    OpportunityStage: 6,
    OpportunitySource: 8,
    Campaign: 0,
    CampaignType: 5,
    MailingModel: 3,
    MailingList: 0,
    Survey: 0,
    Segment: 0,
    Competitor: 0,
    Lead: 0,
    LeadSource: 7,
    ContactFunction: 22,
    Civility: 5,
    Language: 9,
    KnowledgeArticle: 0,
    Event: 0,
  }),
  ...links("crm", {
    ContactMailing: 0,
    CampaignContact: 0,
    OpportunityItem: 0,
    SegmentCustomer: 0,
    CustomerDocument: 1_046,
  }),
];
