DROP INDEX "setup_samples_kept";--> statement-breakpoint
CREATE INDEX "setup_samples_object" ON "setup_samples" ("tenant_id","object_id") WHERE "object_id" is not null;