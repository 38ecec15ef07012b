-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "response_warnings" TEXT[] DEFAULT ARRAY[]::TEXT[];
