ALTER TABLE "erasures" DROP CONSTRAINT "erasures_y9j0Sls6Kexu_fkey";--> statement-breakpoint
ALTER TABLE "retention_runs" DROP CONSTRAINT "retention_runs_GtJzrvkssY8h_fkey";--> statement-breakpoint
ALTER TABLE "tombstones" DROP CONSTRAINT "tombstones_tenant_id_tenants_id_fkey";--> statement-breakpoint
CREATE INDEX "imports_rejected_csv" ON "imports" ("tenant_id","rejected_csv_id") WHERE "rejected_csv_id" is not null;--> statement-breakpoint
CREATE INDEX "reports_object" ON "reports" ("tenant_id","object_id") WHERE "object_id" is not null;