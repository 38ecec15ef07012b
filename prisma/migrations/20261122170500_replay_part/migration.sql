-- AlterTable
ALTER TABLE "replay_part" ADD COLUMN     "destination_id" UUID;

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- Parts of replays that are under way. That of all basic webhooks becomes one for each of their origins.
UPDATE "replay_part" SET "destination_id" = "webhook"."destination_id"
FROM "webhook" WHERE "webhook"."id" = "replay_part"."webhook_id";

INSERT INTO "replay_part" ("id", "organization_id", "replay_id", "destination_id", "position", "last_id", "look_at")
SELECT uuid_v7(), "part"."organization_id", "replay_id", "destination"."id", "position", "last_id", "look_at"
FROM "replay_part" AS "part"
JOIN "destination" ON "destination"."organization_id" = "part"."organization_id" AND "destination"."origin" IS NOT NULL
WHERE "part"."webhook_id" IS NULL;

DELETE FROM "replay_part" WHERE "destination_id" IS NULL;

-- AlterTable
ALTER TABLE "replay_part" ALTER COLUMN "destination_id" SET NOT NULL;

-- What became of the deliveries of a replay, and how many are pending at a destination. Other deliveries are not in it.
DROP INDEX "delivery_replay_idx";
CREATE INDEX "delivery_replay_idx" ON "delivery" ("replay_id", "status", "destination_id") WHERE "replay_id" IS NOT NULL;

-- The deliveries of an origin of basic webhooks, which have no webhook to be found by.
CREATE INDEX "delivery_basic_idx" ON "delivery" ("organization_id", "destination_id", "id") WHERE "webhook_id" IS NULL;
