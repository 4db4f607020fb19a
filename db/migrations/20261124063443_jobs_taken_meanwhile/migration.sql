-- A job that a worker takes at this very moment is neither replaced nor doubled: the queue answers nothing, and takes the job at the second try.
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
  FOR tries IN 1..5 LOOP
    job_id := (graphile_worker.add_job(
      task, payload, queue_name => queue, run_at => run_at, max_attempts => max_attempts, job_key => job_key)).id;
    EXIT WHEN job_id IS NOT NULL;
  END LOOP;
  IF job_id IS NULL THEN
    RAISE EXCEPTION 'the job queue took no job for task %', task;
  END IF;
END $$;
