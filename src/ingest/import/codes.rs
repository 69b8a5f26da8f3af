//! The words of reports as the ledger's codes. A word that is not certain is *unknown*: what a use was decides who
//! is paid, and a guess would pay somebody.

use ledger_spec::code::{CommercialModel, Rights, UsageFlags, UseType};
use ledger_spec::money::{Ratio, SourceAmount};
use ledger_spec::reference::Territory;

use crate::royalty::territory;

/// What the lines of a store are, by the store's name in a DistroKid statement. Only stores whose lines are all of
/// one kind stand here. Where a store sells subscriptions and shows advertisements too, the model is unknown.
const STORES: &[(&str, UseType, CommercialModel)] = &[
    ("Spotify", UseType::INTERACTIVE_STREAM, CommercialModel::UNKNOWN),
    ("Apple Music", UseType::INTERACTIVE_STREAM, CommercialModel::SUBSCRIPTION),
    ("iTunes", UseType::DOWNLOAD, CommercialModel::PAY_AS_YOU_GO),
    ("Amazon (Downloads)", UseType::DOWNLOAD, CommercialModel::PAY_AS_YOU_GO),
    ("Amazon Unlimited (Streaming)", UseType::INTERACTIVE_STREAM, CommercialModel::SUBSCRIPTION),
    ("Deezer", UseType::INTERACTIVE_STREAM, CommercialModel::UNKNOWN),
    ("Tidal", UseType::INTERACTIVE_STREAM, CommercialModel::SUBSCRIPTION),
];

/// What the lines of a store are.
pub fn store(name: &str) -> (UseType, CommercialModel) {
    let found = STORES.iter().find(|(store, _, _)| *store == name);
    found.map_or((UseType::UNKNOWN, CommercialModel::UNKNOWN), |(_, use_type, model)| (*use_type, *model))
}

/// DDEX UseType.
pub fn use_type(text: &str) -> UseType {
    match text {
        "Stream" => UseType::STREAM,
        "OnDemandStream" => UseType::INTERACTIVE_STREAM,
        "NonInteractiveStream" => UseType::NON_INTERACTIVE_STREAM,
        "PermanentDownload" => UseType::DOWNLOAD,
        "ConditionalDownload" => UseType::CONDITIONAL_DOWNLOAD,
        "TetheredDownload" => UseType::TETHERED_DOWNLOAD,
        "PurchaseAsPhysicalProduct" => UseType::PHYSICAL,
        "UseAsRingtone" => UseType::RINGTONE,
        _ => UseType::UNKNOWN,
    }
}

/// DDEX CommercialModelType.
pub fn model(text: &str) -> CommercialModel {
    match text {
        "SubscriptionModel" => CommercialModel::SUBSCRIPTION,
        "AdvertisementSupportedModel" => CommercialModel::ADVERTISEMENT,
        "PayAsYouGoModel" => CommercialModel::PAY_AS_YOU_GO,
        "FreeOfChargeModel" => CommercialModel::FREE,
        "DeviceFeeModel" => CommercialModel::DEVICE_FEE,
        "AsPerContract" => CommercialModel::AS_PER_CONTRACT,
        "PerformanceRoyaltiesModel" => CommercialModel::PERFORMANCE,
        "RightsClaimModel" => CommercialModel::RIGHTS_CLAIM,
        "UserDefined" => CommercialModel::USER_DEFINED,
        _ => CommercialModel::UNKNOWN,
    }
}

/// DDEX RightsCoverage. The reproduction right in a work is what others call the mechanical right.
pub fn rights(text: &str) -> Rights {
    match text {
        "MechanicalRight" | "ReproductionRight" => Rights::MECHANICAL,
        "PerformingRight" => Rights::PERFORMING,
        "SynchronizationRight" => Rights::SYNCHRONIZATION,
        "MakeAvailableRight" => Rights::MAKING_AVAILABLE,
        "PrintRight" => Rights::PRINT,
        _ => Rights::NONE,
    }
}

/// ISO 3166-1 alpha-2, a TIS number or code, or `Worldwide`.
pub fn territory(text: &str) -> Territory {
    if text.eq_ignore_ascii_case("Worldwide") {
        return Territory::WORLD;
    }
    let number = || text.parse().ok().map(Territory).filter(|number| territory::code(*number).is_some());
    territory::from_code(text).or_else(number).unwrap_or(Territory::UNKNOWN)
}

/// The share that was applied to a line's money, in percent, and the flag that says so unless it is all of it. What is
/// no part of a whole is kept as the flag alone.
pub fn share_applied(percent: Option<SourceAmount>) -> (Ratio, UsageFlags) {
    let Some(percent) = percent else { return (Ratio::ONE, UsageFlags::NONE) };
    match ratio(percent, 2).filter(|share| *share > Ratio::ZERO && *share <= Ratio::ONE) {
        Some(Ratio::ONE) => (Ratio::ONE, UsageFlags::NONE),
        share => (share.unwrap_or(Ratio::ONE), UsageFlags::SHARE_APPLIED),
    }
}

/// A number divided by a power of ten, as a ratio; `None` if it is negative or has too many digits.
pub fn ratio(number: SourceAmount, power: u8) -> Option<Ratio> {
    let numerator = u64::try_from(number.mantissa()).ok()?;
    let denominator = 10u64.checked_pow(u32::from(number.scale() + power))?;
    Ratio::new(numerator, denominator).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_flagged_unless_they_are_the_whole() {
        let share = |text: &str| share_applied(Some(text.parse().unwrap()));
        assert_eq!(share_applied(None), (Ratio::ONE, UsageFlags::NONE));
        assert_eq!(share("100.00"), (Ratio::ONE, UsageFlags::NONE));
        assert_eq!(share("66.67"), (Ratio::new(6667, 10_000).unwrap(), UsageFlags::SHARE_APPLIED));
        for nonsense in ["0", "-5", "150"] {
            assert_eq!(share(nonsense), (Ratio::ONE, UsageFlags::SHARE_APPLIED));
        }
    }

    #[test]
    fn places_are_codes_or_numbers() {
        for (text, place) in [("US", 840), ("840", 840), ("2WL", 2136), ("worldwide", 2136), ("multi", 0), ("", 0)] {
            assert_eq!(territory(text), Territory(place), "{text}");
        }
    }
}
