"""What is said in passing: visit facts as `key=value`, person facts as `relation.key=value`."""

import datetime as dt

import pytest

from kb.errors import UnknownFact
from kb.facts import check_value, person_key
from kb.model import KnowledgeBase
from nlu.circumstances_ja import said_circumstances
from nlu.household_ja import read_people
from nlu.normalise import normalise
from nlu.tokens import words

TODAY = dt.date(2026, 4, 7)
SKIPPED = ("moves", "age", "sex")


def facts_of(said: str) -> list[tuple[str, str, object]]:
    text = normalise(said)
    reading = read_people(text, TODAY)
    of_visit = said_circumstances(reading, words(text, units="short"))
    people = [
        (p.relation, name, value)
        for p in reading.household().people
        for name, value in p.facts
        if name not in SKIPPED
    ]
    return [*people, *(("", f.key, f.value) for f in of_visit)]


def short(said: str) -> str:
    return " ".join(
        sorted(
            f"{owner + '.' if owner else ''}{name}={str(value).lower()}"
            for owner, name, value in facts_of(said)
        )
    )


SAID = [
    ("マイナンバーカードを持っています", "self.has_my_number_card=true"),
    ("マイナンバーカードは持ってないです", "self.has_my_number_card=false"),
    ("マイナンバーカードはありません", "self.has_my_number_card=false"),
    ("マイナンバーカードはまだ作っていません", "self.has_my_number_card=false"),
    ("マイナンバーカードを作りたい", "self.has_my_number_card=false"),
    ("マイナカードあります", "self.has_my_number_card=true"),
    ("マイナンバーカード持っとらんです", "self.has_my_number_card=false"),
    ("マイナンバーカードを持ってくるのを忘れました", "self.has_my_number_card=true"),
    ("マイナンバーカードは私は持ってますが妻は持っていません", "self.has_my_number_card=true wife.has_my_number_card=false"),
    ("妻と子どもはマイナンバーカードを持っていません", "child.has_my_number_card=false wife.has_my_number_card=false"),
    ("マイナンバーカードの住所を書き換えてほしい", ""),
    ("マイナンバーカードの暗証番号を忘れました", ""),
    ("マイナンバーカードをなくしました", ""),
    ("個人番号カードを持っています", "self.has_my_number_card=true"),
    ("転出届はまだです", "moving_out_procedure=not_yet"),
    ("転出届はまだ出していません", "moving_out_procedure=not_yet"),
    ("前の市で何も手続きしていません", "moving_out_procedure=not_yet"),
    ("転出の手続きを忘れていました", "moving_out_procedure=not_yet"),
    ("転出届はマイナポータルで出しました", "moving_out_procedure=online"),
    ("マイナポータルで転出は済ませたので", "moving_out_procedure=online"),
    ("スマホで転出届を出しました", "moving_out_procedure=online"),
    ("転出証明書を持ってきました", "moving_out_procedure=certificate"),
    ("前の役所で転出の紙はもらってきました", "moving_out_procedure=certificate"),
    ("転出証明書をなくしました", ""),
    ("転出証明書がほしい", ""),
    ("国保に入りたいです", "self.health_insurance=national"),
    ("国民健康保険に加入します", "self.health_insurance=national"),
    ("国民健康保険でした", ""),
    ("会社の保険です", "self.health_insurance=employees"),
    ("社保です", "self.health_insurance=employees"),
    ("協会けんぽに入っています", "self.health_insurance=employees"),
    ("会社の保険をやめました", ""),
    ("社会保険料が高い", ""),
    ("妻は私の扶養です", "wife.health_insurance=dependent"),
    ("夫の扶養に入っています", "self.health_insurance=dependent"),
    ("夫の扶養から外れました", ""),
    ("祖父は後期高齢者医療です", "grandfather.health_insurance=late_elderly"),
    ("会社員です", "self.pension_category=second"),
    ("サラリーマンです", "self.pension_category=second"),
    ("会社員でした", ""),
    ("夫は会社員で、私は専業主婦です", "husband.pension_category=second"),
    ("自営業です", "self.pension_category=first"),
    ("フリーランスで働いています", "self.pension_category=first"),
    ("学生です", "self.pension_category=first"),
    ("子どもは学生です", ""),
    ("公務員です", "self.pension_category=second self.public_servant=true"),
    ("夫は公務員です", "husband.pension_category=second husband.public_servant=true"),
    ("公務員でした", ""),
    ("会社を辞めたので国保に入りたい", "left_job=true self.health_insurance=national"),
    ("先月退職しました", "left_job=true"),
    ("仕事は辞めていません", ""),
    ("犬を飼っています", "has_dog=true"),
    ("犬も一緒に引っ越してきました", "has_dog=true"),
    ("犬を一匹連れてきました", "has_dog=true"),
    ("犬と猫がいます", "has_dog=true"),
    ("ワンちゃんがいます", "has_dog=true"),
    ("犬は飼っていません", "has_dog=false"),
    ("犬はいません", "has_dog=false"),
    ("ペットは飼っていません", ""),
    ("犬山市から来ました", ""),
    ("狂犬病の注射", ""),
    ("犬が死にました", ""),
    ("原付に乗っています", "has_moped=true"),
    ("125ccのバイクがあります", "has_moped=true"),
    ("スクーターを持っています", "has_moped=true"),
    ("原付はありません", "has_moped=false"),
    ("バイクは持っていません", "has_moped=false"),
    ("大型バイクに乗っています", ""),
    ("400のバイクに乗っています", ""),
    ("電動自転車に乗っています", ""),
    ("祖父は要介護2です", "grandfather.care_certified=true"),
    ("要介護3の母と引っ越してきました", "mother.care_certified=true"),
    ("祖父は78で、要介護2です", "grandfather.care_certified=true"),
    ("祖父も一緒に来ました。要支援1です", "grandfather.care_certified=true"),
    ("介護認定を受けています", "self.care_certified=true"),
    ("介護認定を申請したい", ""),
    ("介護認定を受けている人はいません", "care_certified_in_household=false"),
    ("障害者手帳を持っています", "self.disability_certificate=true"),
    ("息子は療育手帳を持っています", "child.disability_certificate=true intellectual_disability_certificate_in_household=true"),
    ("身体障害者手帳があります", "physical_disability_certificate_in_household=true self.disability_certificate=true"),
    ("障害者手帳を申請したい", ""),
    ("障害者手帳を持っている人はいません", "disability_support_in_household=false"),
    ("妻が妊娠中です", "wife.pregnant=true"),
    ("妊娠しています", "self.pregnant=true"),
    ("妊娠はしていません", "self.pregnant=false"),
    ("妻のお腹に赤ちゃんがいます", "wife.pregnant=true"),
    ("妊娠している人はいません", "pregnant_in_household=false"),
    ("外国籍です", "self.nationality=foreign"),
    ("妻は中国籍です", "wife.nationality=foreign"),
    ("夫はアメリカ人です", "husband.nationality=foreign"),
    ("外国籍の人はいません", "foreign_national_in_household=false"),
    ("シングルマザーです", "self.single_parent=true"),
    ("ひとり親です", "self.single_parent=true"),
    ("母子家庭です", "self.single_parent=true"),
    ("子どもは保育園に通っています", "child.school=nursery"),
    ("保育園に入れたいです。子どもは2歳です", "child.school=nursery"),
    ("下の子を幼稚園に通わせています", "child.school=kindergarten"),
    ("娘は私立の小学校です", "child.school=private"),
    ("引っ越してきました", ""),
    ("こんにちは", ""),
    ("印鑑登録をお願いします", ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_what_is_said_in_passing(said: str, expected: str) -> None:
    assert short(said) == expected


def test_moving_out_done_without_saying_how_keeps_both_ways() -> None:
    text = normalise("転出届は出しました")
    (found,) = said_circumstances(read_people(text, TODAY), words(text, units="short"))
    assert (found.value, {a.value for a in found.alternatives}) == ("certificate", {"certificate", "online"})


@pytest.mark.parametrize("said", [said for said, expected in SAID if expected])
def test_every_fact_that_can_be_read_is_in_the_vocabulary(kb: KnowledgeBase, said: str) -> None:
    for owner, name, value in facts_of(said):
        key = person_key("p1", name) if owner else name
        try:
            kind = kb.vocabulary.kind(key)
        except UnknownFact:
            pytest.fail(f"{key} is not in the vocabulary")
        assert check_value(kind, key, value) == value
