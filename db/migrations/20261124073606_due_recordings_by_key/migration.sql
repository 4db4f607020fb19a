DROP INDEX "recordings_match_due";--> statement-breakpoint
CREATE INDEX "recordings_match_due" ON "recordings" ("tenant_id","match_key","id") WHERE "match_due";