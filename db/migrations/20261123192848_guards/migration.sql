-- Row security for the owner too, privileges of the application's roles, and the functions that answer before a tenant is known.
DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t.relname);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC', t.relname);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO nightdrop_tenant, nightdrop_staff', t.relname);
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE UPDATE, DELETE ON public.audit_events FROM nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
REVOKE ALL ON public.staff_tokens, public.unattributed_connections, public.sftp_host_keys, public.workers FROM nightdrop_tenant;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON public.tenants FROM nightdrop_tenant;
--> statement-breakpoint
GRANT UPDATE (name, time_zone) ON public.tenants TO nightdrop_tenant;
--> statement-breakpoint
GRANT SELECT ON public.token_registry, public.api_tokens, public.staff_tokens, public.sftp_usernames TO nightdrop_definer;
--> statement-breakpoint
GRANT SELECT ON public.sftp_host_keys TO nightdrop_tenant;
--> statement-breakpoint
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
CREATE FUNCTION public.lookup_token(token_hash bytea)
RETURNS TABLE (tenant_id uuid, token_id uuid, name text, role text, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT t.tenant_id, t.id, t.name, t.role, t.expires_at, t.revoked_at, t.last_used_at
    FROM public.token_registry r JOIN public.api_tokens t ON t.tenant_id = r.tenant_id AND t.id = r.token_id
   WHERE r.hash = token_hash
  UNION ALL
  SELECT NULL, s.id, s.name, 'STAFF', s.expires_at, s.revoked_at, s.last_used_at FROM public.staff_tokens s WHERE s.hash = token_hash
$$;
--> statement-breakpoint
CREATE FUNCTION public.lookup_sftp_username(wanted text)
RETURNS TABLE (tenant_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT u.tenant_id, u.account_id FROM public.sftp_usernames u WHERE u.username = wanted
$$;
--> statement-breakpoint
-- The queue's tables are closed to all but their owner.
-- The tenant's role queues for the tenant that its transaction names and for nobody else: no name, no job.
CREATE FUNCTION public.enqueue(task text, payload json, queue text, run_at timestamptz, job_key text, max_attempts int)
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
--> statement-breakpoint
REVOKE ALL ON FUNCTION public.lookup_token(bytea), public.lookup_sftp_username(text), public.enqueue(text, json, text, timestamptz, text, int) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION public.lookup_token(bytea), public.lookup_sftp_username(text) TO nightdrop_app;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION public.enqueue(text, json, text, timestamptz, text, int) TO nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO nightdrop_definer;
--> statement-breakpoint
ALTER FUNCTION public.lookup_token(bytea) OWNER TO nightdrop_definer;
--> statement-breakpoint
ALTER FUNCTION public.lookup_sftp_username(text) OWNER TO nightdrop_definer;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM nightdrop_definer;
--> statement-breakpoint
-- Each process tells whether the database is at the version it was built for: which migrations were applied is no secret.
CREATE FUNCTION public.applied_migrations()
RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT name FROM nightdrop_migrations.__drizzle_migrations
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION public.applied_migrations() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION public.applied_migrations() TO nightdrop_app;
