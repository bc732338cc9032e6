/** What every page of the chat loads. */
import "../realtime/live-stream.js";
import { localTimes } from "../realtime/local-time.js";
import "./chat-room.js";
import { Badges } from "./rooms/badges.js";

localTimes(document); // also of what stands in no stream: mentions, and what was found

const own = document.querySelector('live-stream[data-own]');
if (own) new Badges(own);
