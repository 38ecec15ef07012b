-- CreateEnum
CREATE TYPE "StatBucket" AS ENUM ('MINUTE', 'HOUR', 'DAY');

-- AlterTable
ALTER TABLE "event" ADD COLUMN     "traceparent" TEXT;

-- CreateTable
CREATE TABLE "delivery_stat" (
    "organization_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "bucket" "StatBucket" NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "scheduled" INTEGER NOT NULL,
    "delivered" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "cancelled" INTEGER NOT NULL,
    "superseded" INTEGER NOT NULL,
    "attempts_succeeded" INTEGER NOT NULL,
    "attempts_failed" INTEGER NOT NULL,
    "latency" INTEGER[],

    CONSTRAINT "delivery_stat_pkey" PRIMARY KEY ("organization_id","subject_id","bucket","starts_at")
);

-- CreateTable
CREATE TABLE "delivery_stat_progress" (
    "id" INTEGER NOT NULL,
    "transaction" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "counted_until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "delivery_stat_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "delivery_stat_bucket_starts_at_idx" ON "delivery_stat"("bucket", "starts_at");

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- The rows of this minute, hour and day are updated every second; room on their pages keeps that off the indexes.
ALTER TABLE "delivery_stat" SET (fillfactor = 70);

-- One log, one place in it.
ALTER TABLE "delivery_stat_progress" ADD CONSTRAINT "delivery_stat_progress_one_row_check" CHECK ("id" = 1);
