-- AlterTable
ALTER TABLE "import" ADD COLUMN     "erased_at" TIMESTAMPTZ(6),
ADD COLUMN     "user_id" TEXT;

-- AlterTable
ALTER TABLE "event" ADD COLUMN     "body_sha256" BYTEA,
ADD COLUMN     "erased_at" TIMESTAMPTZ(6);

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "erased_at" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "delivery_log_start" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "transaction" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "delivery_log_start_pkey" PRIMARY KEY ("id")
);

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- The log has one beginning.
ALTER TABLE "delivery_log_start" ADD CONSTRAINT "delivery_log_start_id_check" CHECK ("id");

-- The imports of a user, for erasing them. Over a hash, because an id may be longer than an index entry.
UPDATE "import" SET "user_id" = "user"::json ->> 'id' WHERE "user" IS NOT NULL;
CREATE INDEX "import_user_idx" ON "import" ("organization_id", hashtextextended("user_id", 0)) WHERE "user_id" IS NOT NULL;

-- What was erased has no body to send. Rows from before have not been erased, so there is nothing to check them for.
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_erased_check" CHECK ("erased_at" IS NULL OR "status" <> 'PENDING') NOT VALID;
