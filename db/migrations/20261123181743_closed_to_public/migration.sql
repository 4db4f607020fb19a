-- What is not granted by name is closed: PostgreSQL opens the schema, each new function and the database itself to every role of the cluster.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO nightdrop_app, nightdrop_tenant, nightdrop_staff, nightdrop_definer;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
--> statement-breakpoint
-- TEMPORARY is for an import's staging table, which is made in its tenant's transaction.
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO nightdrop_app', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO nightdrop_tenant, nightdrop_staff', current_database());
END $$;
--> statement-breakpoint
-- The tenant's role queues for the tenant that its transaction names and for nobody else: no name, no job.
CREATE OR REPLACE FUNCTION public.enqueue(task text, payload json, queue text, run_at timestamptz, job_key text, max_attempts int)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := nullif(current_setting('nightdrop.tenant', true), '');
  job_id bigint;
BEGIN
  IF (own IS NOT NULL OR current_setting('role') = 'nightdrop_tenant')
     AND (own IS NULL OR payload ->> 'tenantId' IS DISTINCT FROM own) THEN
    RAISE EXCEPTION 'a job for another tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  job_id := (graphile_worker.add_job(
    task, payload, queue_name => queue, run_at => run_at, max_attempts => max_attempts, job_key => job_key)).id;
  IF job_id IS NULL THEN
    RAISE EXCEPTION 'the job queue took no job for task %', task;
  END IF;
END $$;
