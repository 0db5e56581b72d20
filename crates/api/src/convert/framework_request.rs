//! Requests about frameworks and their indicators.

use tenseven_model::{AreaKind, AreaListSelection, ComparedFramework, FrameworkRef, IndicatorId};

use super::{FieldReason, ReadRequest, Reader, definition::read_definition, selection::read_framework};
use crate::v1;

/// Longest text that areas are searched for by, in characters.
const SEARCH_LENGTH_MAX: usize = 200;

impl ReadRequest for v1::ListFrameworksRequest {
    type Query = ();
    fn read(self, _: &mut Reader) -> Option<()> {
        let Self { page: _, read_at: _ } = self;
        Some(())
    }
}

impl ReadRequest for v1::GetFrameworkRequest {
    type Query = FrameworkRef;
    fn read(self, reader: &mut Reader) -> Option<FrameworkRef> {
        let Self { framework, read_at: _ } = self;
        read_framework(reader, &framework)
    }
}

impl ReadRequest for v1::ListIndicatorsRequest {
    type Query = Option<FrameworkRef>;
    fn read(self, reader: &mut Reader) -> Option<Option<FrameworkRef>> {
        let Self { framework, page: _, read_at: _ } = self;
        Some(reader.optional("framework", &framework))
    }
}

impl ReadRequest for v1::GetIndicatorRequest {
    type Query = IndicatorId;
    fn read(self, reader: &mut Reader) -> Option<IndicatorId> {
        let Self { indicator, read_at: _ } = self;
        reader.required("indicator", &indicator, "an indicator's id")
    }
}

impl ReadRequest for v1::ListAreasRequest {
    type Query = AreaListSelection;
    const WITHIN: Option<&'static str> = Some("selection");
    fn read(self, reader: &mut Reader) -> Option<AreaListSelection> {
        let Self { selection, page: _, read_at: _ } = self;
        let v1::AreaListSelection { search, kind, group } = selection.unwrap_or_default();
        Some(reader.within("selection", |reader| AreaListSelection {
            search: read_search(reader, search),
            kind: read_kind(reader, kind),
            group: reader.optional("group", &group),
        }))
    }
}

fn read_search(reader: &mut Reader, search: String) -> Option<String> {
    let length = search.chars().count();
    if length > SEARCH_LENGTH_MAX {
        let problem = format!("has {length} characters; at most {SEARCH_LENGTH_MAX} are allowed");
        reader.refuse("search", FieldReason::TooLong, problem);
    }
    (!search.is_empty()).then_some(search)
}

fn read_kind(reader: &mut Reader, kind: i32) -> Option<AreaKind> {
    match v1::AreaKind::try_from(kind) {
        Ok(v1::AreaKind::Unspecified) => None,
        Ok(v1::AreaKind::Country) => Some(AreaKind::Country),
        Ok(v1::AreaKind::Group) => Some(AreaKind::Group),
        Ok(v1::AreaKind::LocalUnit) => Some(AreaKind::LocalUnit),
        Err(_) => {
            let problem = "is no kind that this server knows; give COUNTRY, GROUP or LOCAL_UNIT";
            reader.refuse("kind", FieldReason::Malformed, problem);
            None
        }
    }
}

impl ReadRequest for v1::ValidateFrameworkRequest {
    /// The definition.
    type Query = String;
    const OF_THE_PAST: bool = false;
    fn read(self, reader: &mut Reader) -> Option<String> {
        let Self { definition, read_at: _ } = self;
        read_definition(reader, "definition", definition)
    }
}

impl ReadRequest for v1::DiffFrameworksRequest {
    type Query = [ComparedFramework; 2];
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { before, after, read_at: _ } = self;
        let (before, after) =
            (read_compared(reader, "before", before), read_compared(reader, "after", after));
        Some([before?, after?])
    }
}

fn read_compared(
    reader: &mut Reader,
    path: &str,
    message: Option<v1::FrameworkSource>,
) -> Option<ComparedFramework> {
    use v1::framework_source::Source;
    let Some(source) = message.and_then(|message| message.source) else {
        reader.refuse(path, FieldReason::Required, "is empty; give a framework or the text of one");
        return None;
    };
    reader.within(path, |reader| match source {
        Source::Framework(text) => read_framework(reader, &text).map(ComparedFramework::Published),
        Source::Definition(text) => {
            read_definition(reader, "definition", text).map(ComparedFramework::Definition)
        }
    })
}
