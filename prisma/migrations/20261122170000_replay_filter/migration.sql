-- AlterTable
ALTER TABLE "replay" ADD COLUMN     "event_types" "EventType"[],
ADD COLUMN     "response_statuses" INTEGER[];

-- What Prisma cannot express ------------------------------------------------------------------------------------------

UPDATE "replay" SET
  "event_types" = CASE WHEN "event_type" IS NULL THEN '{}' ELSE ARRAY["event_type"] END,
  "response_statuses" = '{}';

-- AlterTable
ALTER TABLE "replay" DROP COLUMN "event_type";
