-- The first schema. Tables and plain indexes as Prisma writes them; what Prisma cannot express follows at the end.

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('IMPORTER', 'OPERATOR', 'MANAGER', 'ADMIN', 'ROOT');

-- CreateEnum
CREATE TYPE "HoldReason" AS ENUM ('DISABLED', 'RETRY_AFTER');

-- CreateEnum
CREATE TYPE "ImportStatus" AS ENUM ('NEEDS_REVIEW', 'FAILED', 'COMPLETED');

-- CreateEnum
CREATE TYPE "ImportType" AS ENUM ('EMBEDDED', 'HEADLESS');

-- CreateEnum
CREATE TYPE "EventType" AS ENUM ('IMPORT_COMPLETED', 'HEADLESS_IMPORT_NEEDS_REVIEW', 'HEADLESS_IMPORT_FAILED');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'FAILED', 'CANCELLED', 'SUPERSEDED');

-- CreateEnum
CREATE TYPE "AttemptStatus" AS ENUM ('SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "DeliveryLogKind" AS ENUM ('SCHEDULED', 'ATTEMPT_SUCCEEDED', 'ATTEMPT_FAILED', 'DELIVERED', 'EXHAUSTED', 'HELD', 'CANCELLED', 'SUPERSEDED', 'REDELIVERY_REQUESTED');

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "organization_id" UUID,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "public_id" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "last_used_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saved_schema" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "saved_schema_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "destination_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "development_mode" BOOLEAN NOT NULL,
    "events" "EventType"[],
    "headers" BYTEA NOT NULL,
    "retry_schedule_seconds" INTEGER[],
    "enabled" BOOLEAN NOT NULL,
    "disabled_reason" TEXT,
    "disabled_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "deleted_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_import_identifier" (
    "organization_id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "import_identifier" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "webhook_import_identifier_pkey" PRIMARY KEY ("webhook_id","import_identifier")
);

-- CreateTable
CREATE TABLE "webhook_saved_schema" (
    "organization_id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "saved_schema_id" UUID NOT NULL,

    CONSTRAINT "webhook_saved_schema_pkey" PRIMARY KEY ("webhook_id","saved_schema_id")
);

-- CreateTable
CREATE TABLE "webhook_secret" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "destination" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "origin" TEXT,
    "hold_until" TIMESTAMPTZ(6),
    "hold_reason" "HoldReason",
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "destination_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "import_id" TEXT NOT NULL,
    "status" "ImportStatus" NOT NULL,
    "import_type" "ImportType" NOT NULL,
    "filename" TEXT,
    "development_mode" BOOLEAN NOT NULL,
    "import_identifier" TEXT,
    "saved_schema_id" UUID,
    "num_data_rows" INTEGER,
    "has_data" BOOLEAN NOT NULL,
    "user" TEXT,
    "review_url" TEXT,
    "original_file_download" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "import_row_id" UUID,
    "type" "EventType" NOT NULL,
    "body" TEXT NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "event_type" "EventType" NOT NULL,
    "import_id" TEXT,
    "destination_id" UUID NOT NULL,
    "webhook_id" UUID,
    "basic_url" TEXT,
    "basic_body" TEXT,
    "is_test" BOOLEAN NOT NULL,
    "status" "DeliveryStatus" NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL,
    "lease_token" UUID,
    "attempt_count" INTEGER NOT NULL,
    "failed_attempts" INTEGER NOT NULL,
    "last_error_code" TEXT,
    "last_response_status" INTEGER,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" "AttemptStatus" NOT NULL,
    "url" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "response_status" INTEGER,
    "response_headers" TEXT,
    "response_body" TEXT,
    "response_body_truncated" BOOLEAN NOT NULL,
    "error_code" TEXT,
    "error_message" TEXT,
    "remote_address" TEXT,
    "timings" TEXT,
    "lease_lost" BOOLEAN NOT NULL,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_log_entry" (
    "sequence" BIGSERIAL NOT NULL,
    "transaction" BIGINT NOT NULL DEFAULT (pg_current_xact_id())::text::bigint,
    "organization_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "kind" "DeliveryLogKind" NOT NULL,
    "delivery_id" UUID NOT NULL,
    "delivery_status" "DeliveryStatus" NOT NULL,
    "destination_id" UUID NOT NULL,
    "webhook_id" UUID,
    "event_id" UUID NOT NULL,
    "event_type" "EventType" NOT NULL,
    "import_id" TEXT,
    "is_test" BOOLEAN NOT NULL,
    "attempt_id" UUID,
    "attempt_number" INTEGER,
    "next_attempt_at" TIMESTAMPTZ(6),
    "response_status" INTEGER,
    "error_code" TEXT,
    "reason" TEXT,

    CONSTRAINT "delivery_log_entry_pkey" PRIMARY KEY ("sequence")
);

-- CreateIndex
CREATE UNIQUE INDEX "organization_name_key" ON "organization"("name");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_public_id_key" ON "api_key"("public_id");

-- CreateIndex
CREATE INDEX "api_key_organization_id_id_idx" ON "api_key"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "saved_schema_organization_id_name_key" ON "saved_schema"("organization_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_destination_id_key" ON "webhook"("destination_id");

-- CreateIndex
CREATE INDEX "webhook_organization_id_id_idx" ON "webhook"("organization_id", "id");

-- CreateIndex
CREATE INDEX "webhook_import_identifier_organization_id_import_identifier_idx" ON "webhook_import_identifier"("organization_id", "import_identifier");

-- CreateIndex
CREATE INDEX "webhook_saved_schema_organization_id_saved_schema_id_idx" ON "webhook_saved_schema"("organization_id", "saved_schema_id");

-- CreateIndex
CREATE INDEX "webhook_secret_owner_id_idx" ON "webhook_secret"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "destination_organization_id_origin_key" ON "destination"("organization_id", "origin");

-- CreateIndex
CREATE INDEX "import_organization_id_id_idx" ON "import"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "import_organization_id_import_id_key" ON "import"("organization_id", "import_id");

-- CreateIndex
CREATE INDEX "event_import_row_id_idx" ON "event"("import_row_id");

-- CreateIndex
CREATE INDEX "delivery_organization_id_id_idx" ON "delivery"("organization_id", "id");

-- CreateIndex
CREATE INDEX "delivery_organization_id_webhook_id_id_idx" ON "delivery"("organization_id", "webhook_id", "id");

-- CreateIndex
CREATE INDEX "delivery_event_id_idx" ON "delivery"("event_id");

-- CreateIndex
CREATE INDEX "attempt_delivery_id_number_idx" ON "attempt"("delivery_id", "number");

-- CreateIndex
CREATE INDEX "delivery_log_entry_organization_id_transaction_sequence_idx" ON "delivery_log_entry"("organization_id", "transaction", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_log_entry_transaction_sequence_key" ON "delivery_log_entry"("transaction", "sequence");


-- CreateIndex
CREATE INDEX "delivery_log_entry_delivery_id_idx" ON "delivery_log_entry"("delivery_id");

-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- A time-ordered UUID (RFC 9562, version 7): 48 bits of Unix milliseconds, then random bits. PostgreSQL has uuidv7()
-- of its own from 18 on; this one also runs on 15 to 17.
CREATE FUNCTION "uuid_v7"() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
          FROM 1 FOR 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid
$$;

-- The lanes: what is due at a destination, in order. Read by the lease and by the loose scan of destinations.
CREATE INDEX "delivery_due_idx" ON "delivery" ("destination_id", "next_attempt_at") WHERE "status" = 'PENDING';

-- The live leases of a destination, counted by every lease.
CREATE INDEX "delivery_leased_idx" ON "delivery" ("destination_id") WHERE "lease_token" IS NOT NULL;

-- Rows of the queue are updated two or three times in quick succession and then never again.
ALTER TABLE "delivery" SET (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

-- A root key belongs to the instance, every other key to an organization.
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_root_check" CHECK (("role" = 'ROOT') = ("organization_id" IS NULL));

-- An owner, a webhook or an organization, has one current secret.
CREATE UNIQUE INDEX "webhook_secret_current_key" ON "webhook_secret" ("owner_id") WHERE "expires_at" IS NULL;
