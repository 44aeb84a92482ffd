import { buildApp } from "./app.ts";
import { config } from "./config.ts";
import { pool } from "./db.ts";
import { startRetention } from "./retention.ts";

const app = await buildApp();
const stopRetention = startRetention(app.log);

app.addHook("onClose", async () => {
  stopRetention();
  await pool.end();
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    app.close().catch((error: unknown) => {
      app.log.error(error, "could not close cleanly");
      process.exitCode = 1;
    });
  });
}

await app.listen({ port: config.API_PORT, host: "0.0.0.0" });
