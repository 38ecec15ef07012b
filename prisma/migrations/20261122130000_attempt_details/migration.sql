-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "certificate_expires_at" TIMESTAMPTZ(6),
ADD COLUMN     "request_headers" TEXT,
ADD COLUMN     "tls_version" TEXT;
