ALTER TABLE "erasures" DROP CONSTRAINT "erasures_y9j0Sls6Kexu_fkey";--> statement-breakpoint
ALTER TABLE "retention_runs" DROP CONSTRAINT "retention_runs_GtJzrvkssY8h_fkey";--> statement-breakpoint
ALTER TABLE "tombstones" DROP CONSTRAINT "tombstones_tenant_id_tenants_id_fkey";