/** What every page of the chat loads. */
import "../realtime/live-stream.js";
import "./chat-room.js";
import { Badges } from "./badges.js";

const own = document.querySelector('live-stream[socket^="/_ws/chat/user/"]');
if (own) new Badges(own);
