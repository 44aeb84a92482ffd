import { createServer } from "http";
import { createApp } from "./app";
import { config } from "./config";
import { disconnect } from "./db";
import { logger } from "./lib/logger";
import { registerListeners } from "./events/listeners";

const server = createServer(createApp());

registerListeners();

server.listen(config.port, () => {
  logger.info({ port: config.port }, "tickets-api listening");
});

function shutdown(signal: string) {
  logger.info({ signal }, "shutting down");
  server.close(() => {
    disconnect()
      .then(() => process.exit(0))
      .catch((err) => {
        logger.error({ err }, "could not disconnect");
        process.exit(1);
      });
  });
}

process.on("SIGTERM", () => shutdown("SIGTERM"));
process.on("SIGINT", () => shutdown("SIGINT"));
