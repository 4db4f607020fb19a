CREATE POLICY "tenant_reads" ON "sftp_host_keys" AS PERMISSIVE FOR SELECT TO "nightdrop_tenant" USING (true);--> statement-breakpoint
GRANT SELECT ON "sftp_host_keys" TO nightdrop_tenant;
