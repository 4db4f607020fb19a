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
