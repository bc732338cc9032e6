// Messages of Redis go to all sockets of their channel, encoded once.
import { createClient } from "redis";
import { WebSocketServer } from "ws";

const readers = new Map();

const redis = createClient({ url: process.env.REDIS_URL });
await redis.connect();
await redis.pSubscribe(
  "blog*",
  (message, channel) => {
    for (const socket of readers.get(channel.toString()) ?? []) socket.send(message, { binary: false });
  },
  true, // as a buffer, which ws need not encode for each socket
);

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT) });
server.on("connection", (socket, request) => {
  const channel = request.url.slice(1);
  if (!readers.has(channel)) readers.set(channel, new Set());
  readers.get(channel).add(socket);
  socket.on("close", () => readers.get(channel).delete(socket));
});
