-- What deliveries are found by. All are partial, and left out of schema.prisma for that; what they cost the hot path is
-- in docs/performance.md. See src/delivery/find.sql.ts.

-- By status, newest first. Delivered ones, which are most of all, are not in it: delivery_response_idx has them.
CREATE INDEX "delivery_status_idx" ON "delivery" ("organization_id", "status", "id") WHERE "status" <> 'DELIVERED';

-- By the last answer. One entry for a delivery that succeeds at once, made when it is settled.
CREATE INDEX "delivery_response_idx" ON "delivery" ("organization_id", "last_response_status", "id")
WHERE "last_response_status" IS NOT NULL;

-- By why the last attempt failed, with what groups of failures are counted by. Nothing that succeeds at once is in it.
CREATE INDEX "delivery_error_idx" ON "delivery" ("organization_id", "last_error_code", "id")
INCLUDE ("last_response_status", "status", "destination_id")
WHERE "last_error_code" IS NOT NULL;

-- The same of one webhook.
CREATE INDEX "delivery_webhook_error_idx" ON "delivery" ("organization_id", "webhook_id", "last_error_code", "id")
WHERE "last_error_code" IS NOT NULL AND "webhook_id" IS NOT NULL;

-- By event. Completed imports, which are most of all, are not in it.
CREATE INDEX "delivery_event_type_idx" ON "delivery" ("organization_id", "event_type", "id")
WHERE "event_type" <> 'IMPORT_COMPLETED';
