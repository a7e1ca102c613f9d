package starter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"crm2gong/mapping/lazy"
)

// plain gives a header as the lists of names have them: letters and digits in
// small letters, accents dropped.
func plain(header string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(header) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// prefixes stand before the names of fields and say nothing.
var prefixes = [...]string{"(do not modify) ", "property_hs_", "property_", "hs_"}

// ownPrefixes stand before the fields of a record of its own kind.
var ownPrefixes = map[role][]string{
	deals:    {"deal - ", "deal: ", "opportunity: "},
	contacts: {"person - ", "contact: ", "contact - "},
	accounts: {"organization - ", "organisation - ", "company - ", "account: "},
	leads:    {"lead - ", "lead: "},
	users:    {"user - ", "user: "},
}

func cutPrefix(header string, list []string) string {
	low := strings.ToLower(header)
	for _, p := range list {
		if len(p) < len(header) && len(low) == len(header) && strings.HasPrefix(low, p) {
			return header[len(p):]
		}
	}
	return header
}

// withoutUnit takes a currency in brackets off a header, as in Value (EUR).
func withoutUnit(header string) string {
	if m := unitBehind().FindStringSubmatch(header); m != nil {
		return m[1]
	}
	return header
}

var unitBehind = lazy.Regexp(`^(.*\S)\s*[(\[]([A-Z]{3}|[$€£¥])[)\]]$`)

// names are the plain headers by which a field is known, the best first.
type names []string

func split(s string) names { return strings.Fields(s) }

// The headers of CRMs, in English and the languages that exports were seen in.
var (
	nameModified   = split("lastmodifieddate lastmodifiedon lastmodifiedtime modifiedon modifiedtime modifieddate lastmodified lastmodifiedat updatedat updatetime updateddate updatedon updated lastupdated lastupdatedon lastupdatedate datemodified systemmodstamp writedate letzteaktualisierungam zuletztgeandertam zuletztgeandert geandertam letzteanderung datumderletztenanderung datedemodification fechademodificacion lastmodificationdate modified fivetranstart")
	nameSynced     = split("fivetransynced synced loadedat extractedat snapshotdate")
	nameCreated    = split("createddate createdon createdat createdate createdtime createtime addtime created datecreated creationdate dateentered dealcreated erstelltam angelegtam erstelldatum datedecreation fechadecreacion")
	nameDeleted    = split("isdeleted deleted fivetrandeleted isremoved")
	nameFirst      = split("firstname givenname vorname prenom nombre cname")
	nameLast       = split("lastname surname familyname nachname nomdefamille apellido apellidos")
	nameFull       = split("fullname name displayname contactname leadname personname vollername nom")
	nameEmail      = split("email emailaddress emailaddress1 primaryemail workemail emailwork businessemail emailprimarycontactcontact mail email1 useremail internalemailaddress primaryemailaddress courriel correo correoelectronico adressemail adresseemail")
	nameOtherEmail = split("secondaryemail emailhome emailother otheremail alternateemail personalemail email2 emailaddress2 additionalemailaddresses privateemail emailpersonal homeemail")
	nameTitle      = split("title jobtitle position designation designationc role funktion berufsbezeichnung poste cargo")
	namePhone      = split("phone phonenumber telephone telephone1 businessphone workphone phonework mainphone telefon telefonnummer telefono")
	nameMobile     = split("mobilephone mobile mobilephonenumber cellphone phonemobile mobil handy homephone otherphone")
	nameActive     = split("isactive active aktiv")

	nameAccountName = split("name accountname companyname company organizationname organisationname organization organisation customername account customer clientcode client firma firmenname unternehmen kunde entreprise societe empresa")
	nameWebsite     = split("website companydomainname domain domainname websiteurl websiteurl1 webaddress webseite websitenlink homepage internet companydomain siteweb sitioweb")
	nameIsCompany   = split("iscompany isteinunternehmen companytypecompany")

	nameAccountID  = split("accountid accountnameid companyid primaryassociatedcompanyid associatedcompanyids associatedcompanyid associatedcompanyidsprimary organizationid organisationid parentcustomerid parentcustomeridvalue parentaccountid customerid accountc")
	nameAccountRef = split("accountname companyname company associatedcompany associatedcompanyprimary associatedcompanydomain organizationname organization organisation dealorganization potentialcustomer customer parentcustomer account verbundenesunternehmen parentid clientcode client firma kunde unternehmen companydomainname empresa entreprise societe")
	nameOwner      = split("ownerid owneridid dealownerid opportunityownerid accountownerid contactownerid leadownerid hubspotownerid owneridvalue dealowner opportunityowner accountowner companyowner contactowner leadowner recordowner owneremail owner ownername ownerfullname ownercode assignedto assigneduser assigneduserid salesrep salesperson accountexecutive userid besitzer inhaber verantwortlicher zustandig propietario proprietaire")
	nameDealName   = split("name opportunityname dealname dealtitle title topic potentialname opportunity deal subject bezeichnung nomdelaffaire")
	nameClose      = split("closedate closingdate expectedclosedate expectedclosingdate estclosedate estimatedclosedate expectedclose closeson closedatea tentativeclosedate closedatetentative datefermeture schlusstermin abschlussdatum geschatztesabschlussdatum fechadecierre datedecloture")
	nameClosedOn   = split("actualclosedate wontime losttime wondate lostdate closedtime dateclosed")
	nameStage      = split("stagename dealstage stage stageid dealstageid dealpipelinestageid pipelinestage salesstage salesstagename dealstagename opportunitystage phase verkaufsphase etape etapa")
	namePipeline   = split("pipeline pipelinename dealpipeline dealpipelineid pipelineid")
	nameStageOrder = split("stagesortorder stageorder")
	nameStatus     = split("status dealstatus opportunitystatus statecode state statusreason statut estado")
	nameWon        = split("iswon won isclosedwon closedwon gewonnen")
	nameClosed     = split("isclosed closed dealisclosed geschlossen")
	nameAmount     = split("amount dealamount dealvalue value estrevenue estimatedrevenue estimatedvalue totalamount maskeddealvalue opportunityamount amountincompanycurrency actualrevenue expectedrevenue betrag montant importe wert umsatz")
	nameCurrency   = split("currencyisocode currency currencyofvalue dealcurrency dealcurrencycode amountcurrency currencycode transactioncurrency waehrung wahrung devise moneda")
	nameConverted  = split("isconverted converted")
	nameToAccount  = split("convertedaccountid convertedaccount convertedaccountnameid")
	nameToContact  = split("convertedcontactid convertedcontact")
	nameToDeal     = split("convertedopportunityid converteddealid convertedpotentialid convertedopportunity converteddeal convertedtodealid")
	nameLifecycle  = split("lifecyclestage lifecycle funnelstage leadlifecycle customertype contacttype lebenszyklusphase")
	nameLead       = split("leadid originatingleadid sourceleadid convertedfromlead fromlead originatinglead sourcelead")

	nameLabel     = split("masterlabel label stagename name stage stagelabel dealstage apiname")
	nameOrder     = split("sortorder displayorder order stageorder sequence position ordernr")
	nameUserName  = split("name fullname displayname username")
	nameUserEmail = split("email emailaddress useremail primaryemail internalemailaddress login mail username")
)

// idNames are the headers of a table's own ids.
var idNames = map[role]names{
	users:    split("id userid ownerid recordid user systemuser systemuserid"),
	accounts: split("id accountid companyid organizationid organisationid recordid account customerid accountnumber"),
	contacts: split("id contactid personid recordid contact customerid"),
	deals:    split("id opportunityid dealid potentialid recordid opportunity deal dealrecordid"),
	leads:    split("id leadid recordid lead"),
	stages:   split("id stageid internalvalue value apiname"),
}

// ownIDs are those of idNames that can be no other record's: they stay a table's
// ids where some occur again.
var ownIDs = map[role]names{
	accounts: split("recordid accountid companyid organizationid organisationid"),
	contacts: split("recordid contactid personid"),
	deals:    split("recordid opportunityid dealid potentialid dealrecordid"),
	leads:    split("recordid leadid"),
}
