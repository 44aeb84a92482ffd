-- CreateIndex
CREATE INDEX "orders_event_id_idx" ON "orders"("event_id");
