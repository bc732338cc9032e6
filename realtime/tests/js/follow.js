import { Connection } from "../../static/realtime/connection.js";
import { World } from "./fakes.js";

/** A started connection at version 10 in a world of its own, and all that it dispatched. */
export function follow({ version = 10, changes = "changes/", world = new World() } = {}) {
  const connection = new Connection({ socket: "/_ws/liveblog/demo", changes, version, environment: world });
  const seen = { states: [], changes: [], resets: [], frames: [] };
  connection.addEventListener("state", ({ detail }) => {
    if (seen.states.at(-1) !== detail.state) seen.states.push(detail.state);
    seen.seconds = detail.seconds;
    seen.code = detail.code;
  });
  connection.addEventListener("changes", ({ detail }) => seen.changes.push(detail));
  connection.addEventListener("reset", ({ detail }) => seen.resets.push(detail.version));
  connection.addEventListener("frame", ({ detail }) => seen.frames.push(detail));
  connection.start();
  return { connection, world, seen };
}

/** The same, and the socket has had its hello. */
export function followLive(options) {
  const followed = follow(options);
  followed.world.socket.hello(10);
  return followed;
}
