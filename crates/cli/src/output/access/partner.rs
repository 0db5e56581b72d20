//! Partners: the list of them, and one whole.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{grant, quota, wrapped};
use crate::output::{Document, Sheet, Table, time::instant, value::named};

const COLUMNS: [&str; 9] =
    ["id", "name", "contact", "status", "certificate_names", "register_time", "keys", "grants", "quota"];

/// The status of a partner, for example `active`.
fn status(partner: &v1::Partner) -> String {
    named(partner.status().as_str_name(), "PARTNER_STATUS_")
}

/// The keys that are not revoked.
fn kept_keys(partner: &v1::Partner) -> impl Iterator<Item = &v1::PartnerKey> {
    partner.keys.iter().filter(|key| key.revoke_time.is_none())
}

fn key_json(key: &v1::PartnerKey) -> Json {
    let v1::PartnerKey { key_id, name, issue_time, expire_time, revoke_time, last_use_time } = key;
    let optional = |time: &Option<prost_types::Timestamp>| time.as_ref().map(|time| instant(Some(time)));
    json!({
        "key_id": key_id,
        "name": name,
        "issue_time": instant(issue_time.as_ref()),
        "expire_time": optional(expire_time),
        "revoke_time": optional(revoke_time),
        "last_use_time": optional(last_use_time),
    })
}

fn json_of(partner: &v1::Partner) -> Json {
    let v1::Partner { id, name, contact, status: _, certificate_names, keys, grants, register_time, quota } =
        partner;
    json!({
        "id": id,
        "name": name,
        "contact": contact,
        "status": status(partner),
        "certificate_names": certificate_names,
        "register_time": instant(register_time.as_ref()),
        "keys": keys.iter().map(key_json).collect::<Vec<_>>(),
        "grants": grant::all_json(grants),
        "quota": quota::json_of(quota.as_ref()),
    })
}

fn cells_of(partner: &v1::Partner) -> Vec<String> {
    let v1::Partner {
        id,
        name,
        contact,
        status: _,
        certificate_names,
        keys: _,
        grants,
        register_time,
        quota,
    } = partner;
    let keys: Vec<&str> = kept_keys(partner).map(|key| key.key_id.as_str()).collect();
    vec![
        id.clone(),
        name.clone(),
        contact.clone(),
        status(partner),
        certificate_names.join(" "),
        instant(register_time.as_ref()),
        keys.join(" "),
        grant::all_cell(grants),
        quota::cell_of(quota.as_ref()),
    ]
}

/// Writes a key: its id and name, and when it was issued and used.
fn write_key(out: &mut dyn Write, key: &v1::PartnerKey) -> io::Result<()> {
    let v1::PartnerKey { key_id, name, issue_time, expire_time, revoke_time, last_use_time } = key;
    writeln!(out, "  {key_id}  {name}")?;
    writeln!(out, "    issued {}", instant(issue_time.as_ref()))?;
    match (revoke_time, expire_time) {
        (Some(time), _) => writeln!(out, "    revoked {}", instant(Some(time)))?,
        (None, Some(time)) => writeln!(out, "    expires {}", instant(Some(time)))?,
        (None, None) => writeln!(out, "    does not expire")?,
    }
    match last_use_time {
        Some(time) => writeln!(out, "    last used about {}", instant(Some(time))),
        None => Ok(()),
    }
}

/// The list of partners, as answered.
#[derive(Debug)]
pub(crate) struct PartnerListView {
    /// The partners, by id.
    pub(crate) partners: Vec<v1::Partner>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for PartnerListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.partners.is_empty() {
            return writeln!(out, "There are no partners.");
        }
        let mut table = Table::new(&["partner", "status", ">keys", ">grants", "name"]);
        table.keep_whole(&[0, 1]);
        for partner in &self.partners {
            let [keys, grants] =
                [kept_keys(partner).count(), partner.grants.len()].map(|count| count.to_string());
            table.row([partner.id.clone(), status(partner), keys, grants, partner.name.clone()]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let partners: Vec<_> = self.partners.iter().map(json_of).collect();
        json!({ "partners": partners, "revision": self.revision, "history_id": self.history_id })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: COLUMNS.to_vec(), rows: self.partners.iter().map(cells_of).collect() }
    }
}

/// One partner, as answered.
#[derive(Debug)]
pub(crate) struct PartnerView {
    /// The answer.
    pub(crate) response: v1::GetPartnerResponse,
}

impl PartnerView {
    fn partner(&self) -> v1::Partner {
        self.response.partner.clone().unwrap_or_default()
    }
}

impl Document for PartnerView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let partner = self.partner();
        writeln!(out, "{}: {}\n", partner.id, partner.name)?;
        writeln!(out, "Status: {}", status(&partner))?;
        if !partner.contact.is_empty() {
            writeln!(out, "Contact: {}", partner.contact)?;
        }
        if !partner.certificate_names.is_empty() {
            wrapped::names(out, 0, "Certificate names", &partner.certificate_names)?;
        }
        writeln!(out, "Registered: {}", instant(partner.register_time.as_ref()))?;
        quota::write(out, "Limits of its own", partner.quota.as_ref())?;
        writeln!(out)?;
        if partner.keys.is_empty() {
            writeln!(out, "Keys: none")?;
        } else {
            writeln!(out, "Keys:")?;
            partner.keys.iter().try_for_each(|key| write_key(out, key))?;
        }
        writeln!(out)?;
        grant::write_all(out, &partner.grants)
    }

    fn json(&self) -> Json {
        let v1::GetPartnerResponse { partner, revision, history_id } = &self.response;
        json!({ "partner": partner.as_ref().map(json_of), "revision": revision, "history_id": history_id })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: COLUMNS.to_vec(), rows: vec![cells_of(&self.partner())] }
    }
}
