// One campaign.
import { createFileRoute } from "@tanstack/react-router";
import { asId } from "../../../../backend/ids";
import { CampaignPage } from "../../../../features/campaigns/campaign-page";

export const Route = createFileRoute("/_gm/_in/_book/campaigns/$campaignId")({
  component: Campaign,
});

function Campaign() {
  const { campaignId } = Route.useParams();
  return <CampaignPage campaignId={asId<"campaigns">(campaignId)} />;
}
