-- CreateEnum
CREATE TYPE "ResponseEnd" AS ENUM ('COMPLETE', 'CUT', 'UNDECODABLE', 'TIMEOUT', 'RESET', 'ABORTED');

-- AlterEnum
ALTER TYPE "HoldReason" ADD VALUE 'BREAKER';
ALTER TYPE "HoldReason" ADD VALUE 'LOCAL_FAULT';

-- AlterEnum
ALTER TYPE "DeliveryLogKind" ADD VALUE 'RESUMED';

-- AlterTable
ALTER TABLE "destination" ADD COLUMN     "failing_since" TIMESTAMPTZ(6),
ADD COLUMN     "last_failed_at" TIMESTAMPTZ(6),
ADD COLUMN     "max_attempts_per_second" DOUBLE PRECISION,
ADD COLUMN     "openings" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rate_used_until" TIMESTAMPTZ(6),
ADD COLUMN     "recovered_at" TIMESTAMPTZ(6),
ADD COLUMN     "recovery_concurrency" INTEGER,
ADD COLUMN     "window_failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "window_started_at" TIMESTAMPTZ(6),
ADD COLUMN     "window_successes" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "follows_id" UUID;

-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "response_end" "ResponseEnd";

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- Deliveries that wait for the outcome of one that they supersede: almost none at any time.
CREATE INDEX "delivery_follows_idx" ON "delivery" ("follows_id") WHERE "follows_id" IS NOT NULL;

-- The row of a failing destination is updated with every batch of outcomes; room on its page keeps that off the indexes.
ALTER TABLE "destination" SET (fillfactor = 70);
