import { Steady } from "../../realtime/steady.js";
import { followOlder } from "./address.js";
import { hideSameBylines } from "./bylines.js";
import { offerChoices } from "./choices.js";
import { Days } from "./days.js";
import { Facts } from "./facts.js";
import { KeyEvents } from "./key-events.js";
import { markEntry } from "./marked.js";
import { sharing } from "./share.js";
import { Updates } from "./updates.js";
import { markVisits } from "./visits.js";

/** What the page of a live blog does for its readers, beside keeping itself current: live-stream.js does that. */
const stream = document.querySelector("live-stream[steady]");

await customElements.whenDefined("live-stream");
followOlder(stream);
markEntry(stream);
markVisits(stream);
hideSameBylines(stream);
new Days(stream);
if (stream.querySelector("[data-key-events]")) new KeyEvents(stream);
new Steady(stream); // after those that add to what stands above the view
new Updates(stream); // which looks where things are then
new Facts(stream);
sharing(stream);
offerChoices(stream);
