-- What Prisma cannot express ------------------------------------------------------------------------------------------

-- Where an entry belongs in the log: with the latest transaction that had ended when the entry was written, or with its
-- own if that is later. A transaction gets its number when it begins to write; a delivery that it locks only later may
-- have been changed by one with a higher number meanwhile, and what that did comes first. In a function of this
-- language, since each call then looks anew: inlined, it would see what had ended when the statement began.
CREATE FUNCTION "log_transaction"() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN greatest(
    pg_current_xact_id()::text::bigint,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1
  );
END
$$;

-- AlterTable
ALTER TABLE "delivery_log_entry" ALTER COLUMN "transaction" SET DEFAULT "log_transaction"();
