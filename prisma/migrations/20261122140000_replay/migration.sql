-- CreateEnum
CREATE TYPE "ReplayStatus" AS ENUM ('RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED');

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "replay_id" UUID;

-- AlterTable
ALTER TABLE "delivery_log_entry" ADD COLUMN     "replay_id" UUID;

-- CreateTable
CREATE TABLE "replay" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "webhook_id" UUID,
    "import_id" TEXT,
    "statuses" "DeliveryStatus"[],
    "event_type" "EventType",
    "scheduled_from" TIMESTAMPTZ(6),
    "scheduled_to" TIMESTAMPTZ(6),
    "error_codes" TEXT[],
    "rate_per_second" INTEGER NOT NULL,
    "started_by" TEXT NOT NULL,
    "status" "ReplayStatus" NOT NULL,
    "planned" INTEGER NOT NULL,
    "requested" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "delivered" INTEGER,
    "failed" INTEGER,
    "cancelled" INTEGER,
    "paced_until" TIMESTAMPTZ(6) NOT NULL,
    "step_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "replay_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay_part" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "replay_id" UUID NOT NULL,
    "webhook_id" UUID,
    "position" UUID NOT NULL,
    "last_id" UUID NOT NULL,
    "look_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "replay_part_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "replay_organization_id_id_idx" ON "replay"("organization_id", "id");

-- CreateIndex
CREATE INDEX "replay_part_replay_id_look_at_idx" ON "replay_part"("replay_id", "look_at");

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- Replays that are not over, by when there is something to do for them: a handful at any time.
CREATE INDEX "replay_step_idx" ON "replay" ("step_at") WHERE "finished_at" IS NULL;

-- What became of the deliveries of a replay, and how many are pending at a webhook. Other deliveries are not in it.
CREATE INDEX "delivery_replay_idx" ON "delivery" ("replay_id", "status", "webhook_id") WHERE "replay_id" IS NOT NULL;

-- The deliveries of a replay, page by page.
CREATE INDEX "delivery_replay_page_idx" ON "delivery" ("organization_id", "replay_id", "id") WHERE "replay_id" IS NOT NULL;
